import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createProject, registerTypes } from '../tests/kit/projects';
import type { TestSystem } from '../tests/kit/system';

/** Where the images of the real project types are, for a system that is measured. */
export const IMAGES = 'dist/images';
/** The type that is measured: the reference of how a project type is written. */
export const TYPE = 'rfv';

export async function registerRfv(system: TestSystem, root: string): Promise<string> {
  const version = readdirSync(join(root, IMAGES, TYPE)).sort().at(-1);
  if (!version) throw new Error(`There is no image of ${TYPE} to measure.`);
  await registerTypes(system, `${TYPE}:${version}`);
  return version;
}

/** Asks for a project whose vouchers are worth this much: an answer that tells this value came from its own service. */
export function createRfvProject(system: TestSystem, voucherValueMinor: number): Promise<string> {
  return createProject(system, { type: TYPE, budgetMinor: '100000000', settings: { kind: 'FREE', voucherValueMinor, validDays: 60 } });
}
