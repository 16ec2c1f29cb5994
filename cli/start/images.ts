import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What `image.json` says of a project service image. */
export interface ImageManifest {
  name: string;
  version: string;
  /** The project that a local system shows for this type; what is left out has a default. */
  demo: DemoFacts;
}

export type DemoFacts = z.infer<typeof demoFacts>;

const demoFacts = z.object({
  slug: z.string().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  currency: z.string().default('NPR'),
  budgetMinor: z.string().default('500000000'),
  settings: z.record(z.string(), z.unknown()).optional(),
});

const manifest = z.object({ name: z.string(), version: z.string(), demo: demoFacts.prefault({}) });

/** All images in a folder `<name>/<version>/`, older versions of one name first. */
export function readImages(imagesDir: string): ImageManifest[] {
  return foldersIn(imagesDir).flatMap((name) =>
    foldersIn(join(imagesDir, name))
      .map((version) => join(imagesDir, name, version, 'image.json'))
      .filter((file) => existsSync(file))
      .map((file) => manifest.parse(JSON.parse(readFileSync(file, 'utf8'))))
      .sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true })),
  );
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
