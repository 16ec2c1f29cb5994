import { createBlindIndexes, type BlindIndexes } from './blind-index';
import { createEnvelope, type Envelope } from './envelope';
import type { KeyProvider } from './key-provider';

export type { Sealed, WrappedKey } from './envelope';
export { identifierKinds, nameSounds, nameTokens, normalise, type IdentifierKind } from './identifiers';
export type { KeyProvider } from './key-provider';
export { createKeyRotation, rotateKeys, waitingForRotation } from './key-rotation';
export { createKeyfileProvider } from './keyfile-provider';
export { openKeyProvider } from './open-key-provider';
export { createPersonalDataKeys } from './personal-data-keys.resolver';
export { sealedTables } from './sealed-tables';
export { PERSONAL_DATA_READ, type PersonalData } from './personal-data';

/** Sealing of personal data, and finding what is sealed. */
export interface ProtectedData extends Envelope, BlindIndexes {}

export function createProtectedData(keys: KeyProvider, indexKeyFile: string): ProtectedData {
  return { ...createEnvelope(keys), ...createBlindIndexes(indexKeyFile) };
}
