import { serverAudits } from 'graphql-http';
import { createWorld, eventually, type TestGateway, type World } from '../testing/world';

let world: World;
beforeAll(async () => void (world = await createWorld()));
afterAll(() => world.stop());

// https://github.com/graphql/graphql-http/tree/main/implementations: what a server over HTTP must, should and may do.
describe.each(['thin', 'apollo'])('GraphQL over HTTP with the %s front', (front) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await world.startGateway({ GATEWAY_FRONT: front });
    await eventually(async () => (await gateway.get('/readiness')).status === 200);
  });

  test.each(serverAudits({ url: () => `${gateway.url}/graphql` }).map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    expect([result.status, 'reason' in result ? result.reason : '']).toEqual(['ok', '']);
  });
});
