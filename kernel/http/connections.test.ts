import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { endConnectionsOnClose } from './connections';

it('closes a server although a connection is open on which nothing was asked', async () => {
  const server = Fastify({ forceCloseConnections: 'idle' });
  endConnectionsOnClose(server, 'connection');
  await server.listen({ port: 0, host: '127.0.0.1' });
  const silent = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  await once(silent, 'connect');
  await new Promise((resolve) => setTimeout(resolve, 20)); // until the server has accepted it
  const gone = once(silent, 'close');
  await Promise.all([server.close(), gone]);
});

it('lets a request that is under way be answered first, and waits no longer', async () => {
  const server = Fastify({ forceCloseConnections: 'idle' });
  endConnectionsOnClose(server, 'connection');
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    server.get('/', () => {
      resolve();
      return new Promise((done) => (answer = () => done('done')));
    });
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const response = fetch(`http://127.0.0.1:${(server.server.address() as AddressInfo).port}/`);
  await asked;
  const closing = server.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  answer();
  expect(await (await response).text()).toBe('done');
  await closing;
});
