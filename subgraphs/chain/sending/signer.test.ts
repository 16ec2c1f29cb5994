import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transaction, Wallet } from 'ethers';
import { devAccount } from '../testing/accounts';
import { loadSigner } from './signer';

const folder = mkdtempSync(join(tmpdir(), 'rahat-signer-'));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

test('a development chain needs no key of its own', async () => {
  expect((await loadSigner({ chainId: 31337 })).address).toBe(devAccount(0).address);
});

test('any other chain does, and says which variables', async () => {
  await expect(loadSigner({ chainId: 1 })).rejects.toThrow('CHAIN_SIGNER_KEY_FILE and CHAIN_SIGNER_PASSWORD_FILE');
});

test('the key comes out of an encrypted keystore', async () => {
  const wallet = new Wallet(devAccount(5).privateKey);
  const keyFile = file('key.json', await wallet.encrypt('open sesame', () => undefined));
  const signer = await loadSigner({ chainId: 1, keyFile, passwordFile: file('password', 'open sesame\n') });
  const raw = await signer.sign({ to: wallet.address, chainId: 1, nonce: 0, gasLimit: 21_000, maxFeePerGas: 1, maxPriorityFeePerGas: 1, type: 2 });
  expect(Transaction.from(raw).from).toBe(wallet.address);
  await expect(loadSigner({ chainId: 1, keyFile, passwordFile: file('wrong', 'close sesame') })).rejects.toThrow('incorrect password');
});
