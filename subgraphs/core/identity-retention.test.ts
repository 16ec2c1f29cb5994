import { useTestDatabase } from '../../tests/kit/database';
import { pruneIdentity } from './identity-retention';
import { createIdentityWorld, type IdentityWorld } from './testing/identity';

const DAY_MS = 24 * 60 * 60_000;
const database = useTestDatabase('core');
let world: IdentityWorld;

beforeAll(async () => {
  world = await createIdentityWorld(database().serviceUrl);
});
afterAll(() => world.close());

const counts = async (): Promise<number[]> => {
  const { session, refreshToken, authChallenge, codeDelivery, signInAttempts } = world.database;
  return Promise.all([session.count(), refreshToken.count(), authChallenge.count(), codeDelivery.count(), signInAttempts.count()]);
};

test('what signing in left behind goes when nobody can need it any more, and not before', async () => {
  const { email } = await world.createUser('forgetful');
  const [ended, live] = [await world.signIn(email), await world.signIn(email)];
  await world.ask('mutation ($token: String) { signOut(refreshToken: $token) }', { token: ended.refreshToken });
  await world.ask('mutation { requestSignInCode(channel: EMAIL, to: "nobody@ours.example") { challenge } }');
  await world.slices.auth.post.idle();
  const later = (days: number): Promise<void> => pruneIdentity(world.database, new Date(Date.now() + days * DAY_MS));
  await later(0);
  expect(await counts()).toEqual([2, 2, 1, 0, 1]);
  await later(2);
  expect(await counts()).toEqual([2, 2, 0, 0, 0]);
  await later(31);
  expect(await counts()).toEqual([1, 1, 0, 0, 0]);
  expect(await world.database.session.findFirst()).toMatchObject({ id: live.sessionId });
});
