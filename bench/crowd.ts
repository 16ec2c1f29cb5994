import { newId } from '#kernel/db';
import { createAttributes } from '../subgraphs/core/attributes';
import { Registrar, type Registration } from '../subgraphs/core/beneficiaries';
import { transaction, type CoreDatabase } from '../subgraphs/core/database';
import type { ProtectedData } from '../subgraphs/core/protected-data';

const BATCH = 1000;
/** Batches on their way at the same time. */
const LANES = 3;

/** Registers people as an import does: rows, sealed data, blind indexes, audit entries, events. @returns their ids, in the order given. */
export async function registerCrowd(database: CoreDatabase, protectedData: ProtectedData, organizationId: string, people: readonly Registration[]): Promise<string[]> {
  const registrar = new Registrar(protectedData, createAttributes({ database }));
  const ids: string[] = [];
  const batches = Array.from({ length: Math.ceil(people.length / BATCH) }, (_, index) => index * BATCH);
  const lane = async (): Promise<void> => {
    for (let from = batches.shift(); from !== undefined; from = batches.shift()) {
      const made = await transaction(database, (tx) => registrar.register(tx, { actorId: null, organizationId }, people.slice(from, from + BATCH), String));
      made.forEach((id, index) => (ids[from + index] = id));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return ids;
}

/** Somebody of whom only this is said. */
export function personOf({ fullName, phones = [], nationalId = null, birthDate = null, areaCode }: { fullName: string; phones?: string[]; nationalId?: string | null; birthDate?: string | null; areaCode: string }): Registration {
  const personal = { fullName, phones, email: null, address: null, governmentIds: nationalId === null ? [] : [{ kind: 'national-id', number: nationalId }], bankAccount: null, attributes: {} };
  return { referenceId: newId(), gender: 'UNKNOWN' as Registration['gender'], birthDate, preferredLanguage: 'sw', areaCode, walletAddress: null, personal };
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
