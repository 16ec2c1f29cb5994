import { Wallet } from 'ethers';
import { SiweMessage } from 'siwe';
import type { Principal } from '#kernel/auth';
import { useTestDatabase } from '../../../../tests/kit/database';
import { createIdentityWorld, type IdentityWorld, type Tokens } from '../../testing/identity';

const CHALLENGE = 'mutation ($address: String!, $chainId: Int!) { walletChallenge(address: $address, chainId: $chainId) { message nonce expiresAt } }';
const SIGN_IN = 'mutation ($message: String!, $signature: String!) { signInWithWallet(message: $message, signature: $signature) { userId sessionId accessToken refreshToken } }';
const LINK = 'mutation ($message: String!, $signature: String!) { linkWallet(message: $message, signature: $signature) { id kind subject } }';
const refused = { code: 'UNAUTHENTICATED', message: 'The signature does not hold, or no account is linked with this wallet.' };

const database = useTestDatabase('core');
const wallet = Wallet.createRandom();
let world: IdentityWorld;
let principal: Principal;

interface Challenge {
  message: string;
  nonce: string;
}
const challenge = (address: string = wallet.address, chainId = 1): Promise<Challenge> => world.ask<Challenge & { expiresAt: string }>(CHALLENGE, { address, chainId });
const signIn = (message: string, signature: string): Promise<Tokens> => world.ask<Tokens>(SIGN_IN, { message, signature });
const signed = async (message: string, by: { signMessage(message: string): Promise<string> } = wallet): Promise<Tokens> => signIn(message, await by.signMessage(message));

beforeAll(async () => {
  world = await createIdentityWorld(database().serviceUrl);
  principal = await world.principalOf((await world.signIn((await world.createUser('satoshi')).email)).accessToken);
  const { message } = await challenge();
  expect(await world.ask(LINK, { message, signature: await wallet.signMessage(message) }, { principal })).toMatchObject({ kind: 'WALLET', subject: wallet.address });
});
afterAll(() => world.close());

test('a wallet that was linked signs in with the message that it was given', async () => {
  const { message } = await challenge();
  expect(message).toMatch(/^app\.example\.org wants you to sign in with your Ethereum account:\n0x/);
  const tokens = await signed(message);
  expect(tokens.userId).toBe(principal.subject);
  expect(await world.principalOf(tokens.accessToken)).toMatchObject({ subject: principal.subject, secondFactor: false });
});

test('or with one that its own program wrote around our nonce', async () => {
  const { nonce } = await challenge();
  const message = new SiweMessage({ domain: 'app.example.org', address: wallet.address, uri: 'https://app.example.org/login', version: '1', chainId: 1, nonce, issuedAt: new Date().toISOString() });
  expect((await signed(message.prepareMessage())).userId).toBe(principal.subject);
});

test('a message signs in once, of many at a time one', async () => {
  const { message } = await challenge();
  const signature = await wallet.signMessage(message);
  const outcomes = await Promise.allSettled([signIn(message, signature), signIn(message, signature), signIn(message, signature)]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(signIn(message, signature)).rejects.toMatchObject(refused);
});

test.each<[string, (fields: SiweMessage) => Partial<SiweMessage>]>([
  ['for another domain', () => ({ domain: 'evil.example' })],
  ['for another address on our domain name', () => ({ uri: 'https://evil.example/login' })],
  ['for a lookalike of our domain', () => ({ domain: 'app.example.org.evil.example' })],
  ['for a chain that is not ours', () => ({ chainId: 5 })],
  ['with a nonce that we never gave', () => ({ nonce: 'abcdefgh12345678' })],
  ['with a nonce in the form of ours', () => ({ nonce: '00000000000040008000000000000000' })],
  ['of another wallet', () => ({ address: Wallet.createRandom().address })],
  ['that has expired', () => ({ expirationTime: new Date(Date.now() - 1000).toISOString() })],
  ['that is not valid yet', () => ({ notBefore: new Date(Date.now() + 3_600_000).toISOString() })],
  ['from the future', () => ({ issuedAt: new Date(Date.now() + 3_600_000).toISOString() })],
])('a message %s is refused', async (_what, change) => {
  const fields = new SiweMessage((await challenge()).message);
  await expect(signed(new SiweMessage({ ...fields, ...change(fields) } as SiweMessage).prepareMessage())).rejects.toMatchObject(refused);
});

test('a nonce that was given to one wallet is no good for another', async () => {
  const other = Wallet.createRandom();
  const fields = new SiweMessage((await challenge(other.address)).message);
  await expect(signed(new SiweMessage({ ...fields, address: wallet.address } as SiweMessage).prepareMessage())).rejects.toMatchObject(refused);
});

test('a signature of somebody else, of another text, or none is refused', async () => {
  const { message } = await challenge();
  await expect(signed(message, Wallet.createRandom())).rejects.toMatchObject(refused);
  await expect(signIn(message, await wallet.signMessage(`${message} `))).rejects.toMatchObject(refused);
  await expect(signed(`${message}\n`)).rejects.toMatchObject(refused);
  await expect(signIn(message, `0x${'00'.repeat(65)}`)).rejects.toMatchObject(refused);
  await expect(signIn(message, '0x')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('a wallet that is linked with nobody is refused in the same words, and is on record', async () => {
  const stranger = Wallet.createRandom();
  await expect(signed((await challenge(stranger.address)).message, stranger)).rejects.toMatchObject(refused);
  expect((await world.audited('unknown')).at(-1)).toBe('user.sign-in-failed');
});

test('a challenge names what is wrong with it', async () => {
  await expect(challenge('0x12')).rejects.toMatchObject({ details: { field: 'input.address' } });
  await expect(challenge(wallet.address, 5)).rejects.toMatchObject({ details: { field: 'input.chainId' } });
});

test('a link is taken away by its owner alone, and signs in no more', async () => {
  const other = await world.principalOf((await world.signIn((await world.createUser('eve')).email)).accessToken);
  const [identity] = await world.ask<{ id: string }[]>('{ identities { id } }', {}, { principal });
  const unlink = (as: Principal): Promise<unknown> => world.ask('mutation ($id: ID!) { unlinkIdentity(id: $id) }', { id: identity?.id }, { principal: as });
  await expect(unlink(other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await unlink(principal);
  await expect(signed((await challenge()).message)).rejects.toMatchObject(refused);
});
