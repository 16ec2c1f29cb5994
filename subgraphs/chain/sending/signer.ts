import { readFileSync } from 'node:fs';
import { Wallet, type TransactionRequest } from 'ethers';

/** Holds a key and signs with it. A key management service can stand behind it as well as a file. */
export interface Signer {
  /** EIP-55. */
  address: string;
  /** @returns the signed transaction, as it is broadcast. */
  sign(transaction: TransactionRequest): Promise<string>;
}

/** Where the key is. */
export interface SignerSource {
  /** An encrypted keystore (Web3 Secret Storage, version 3). Absent: the well-known key of development chains. */
  keyFile?: string | undefined;
  passwordFile?: string | undefined;
  chainId: number;
}

/** The chain id of development chains: everybody knows the keys of their accounts, and nothing on them is worth anything. */
const DEVELOPMENT_CHAIN_ID = 31337;
// The first account of the phrase "test test test test test test test test test test test junk", which anvil funds.
const DEVELOPMENT_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

/** @throws when there is no key, or the password does not open it. */
export async function loadSigner({ keyFile, passwordFile, chainId }: SignerSource): Promise<Signer> {
  if (keyFile && passwordFile) {
    const password = readFileSync(passwordFile, 'utf8').trimEnd();
    return signerOf(await Wallet.fromEncryptedJson(readFileSync(keyFile, 'utf8'), password));
  }
  if (chainId !== DEVELOPMENT_CHAIN_ID) throw new Error(`Chain ${chainId} needs CHAIN_SIGNER_KEY_FILE and CHAIN_SIGNER_PASSWORD_FILE.`);
  return signerOf(new Wallet(DEVELOPMENT_KEY));
}

function signerOf(wallet: { address: string; signTransaction(transaction: TransactionRequest): Promise<string> }): Signer {
  return { address: wallet.address, sign: (transaction) => wallet.signTransaction(transaction) };
}
