import type { GraphQLArgument } from 'graphql';
import { AppError } from '#kernel/errors';
import type { Principal } from '#kernel/auth';
import { useTestDatabase } from '../../../tests/kit/database';
import { createIdentityWorld, type IdentityWorld } from '../testing/identity';

const OURS = /^(login|signIn|signOut|refresh|revokeSession|request(SignIn|Phone)|wallet|oidc|link(Oidc|Phone|Wallet)|unlinkIdentity|stepUp|confirm|disableSecond|renew)/;
const HOSTILE = ["' OR 1=1; DROP TABLE session; --", '\u0000', 'a\u0000b', '\ud800', 'x\r\nSet-Cookie: a=b', '../../etc/passwd', '${7*7}', '{"$gt":""}', '\u202e', 'a'.repeat(20_000), '.', '-', '__proto__', '00000000-0000-4000-8000-000000000000'];

const database = useTestDatabase('core');
let world: IdentityWorld;
let principal: Principal;

beforeAll(async () => {
  world = await createIdentityWorld(database().serviceUrl);
  principal = await world.principalOf((await world.signIn((await world.createUser('target')).email)).accessToken);
});
afterAll(() => world.close());

function valueFor({ type }: GraphQLArgument, text: string): unknown {
  const name = String(type).replace('!', '');
  if (name === 'Int') return 1;
  return name === 'CodeChannel' ? 'EMAIL' : text;
}

test('no text that a client can send to sign-in and sessions meets anything but a coded answer', async () => {
  const mutations = Object.values(world.schema.getMutationType()?.getFields() ?? {}).filter(({ name, args }) => OURS.test(name) && args.length > 0);
  expect(mutations.length).toBeGreaterThan(14);
  const broken: unknown[] = [];
  for (const { name, args, type } of mutations) {
    for (const text of HOSTILE) {
      await world.pool.query('DELETE FROM sign_in_attempts');
      const selection = /^(Boolean|Int|\[?String)/.test(String(type)) ? '' : '{ __typename }';
      const declared = args.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
      const given = args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
      const variables = Object.fromEntries(args.map((argument) => [argument.name, valueFor(argument, text)]));
      const answer = await world.ask(`mutation (${declared}) { ${name}(${given}) ${selection} }`, variables, { principal, client: { address: text, agent: text.slice(0, 200) } }).catch((error: unknown) => error);
      if (answer instanceof Error && !(answer instanceof AppError)) broken.push({ name, text: text.slice(0, 40), answer: answer.message.slice(0, 200) });
    }
  }
  expect(broken).toEqual([]);
  expect(await world.database.session.count()).toBe(1);
});
