import { z } from 'zod';

/** The line that `describe` prints. A type's code prefixes its GraphQL names, so it is one lower-case word. */
export const descriptionSchema = z.object({
  type: z.string().regex(/^[a-z][a-z0-9]{1,20}$/, 'must be one lower-case word of 2 to 21 letters and digits'),
  version: z.string().regex(/^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/, 'must be a semantic version'),
  title: z.string().min(1).max(200),
  sdl: z.string().min(1).max(2_000_000),
  settingsSchema: z.record(z.string(), z.unknown()),
  migrations: z.array(z.string()),
});

/** What an image says of itself (`describe`). */
export type ImageDescription = z.infer<typeof descriptionSchema>;
