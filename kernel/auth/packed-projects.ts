import { z } from 'zod';

/** Permissions by project with each set of permissions written once: people hold one or two roles in many projects. */
const packed = z.object({
  sets: z.array(z.array(z.string())),
  /** Project id → index of its set. */
  of: z.record(z.string(), z.number().int().nonnegative()),
});

/** Packs permissions by project: five hundred projects make a header of some twenty kilobytes instead of some hundred. Null for none. */
export function packProjects(permissions: Readonly<Record<string, readonly string[]>>): z.infer<typeof packed> | null {
  const entries = Object.entries(permissions);
  if (entries.length === 0) return null;
  const sets = new Map<string, { index: number; permissions: string[] }>();
  const of = entries.map(([projectId, granted]): [string, number] => {
    const key = granted.join(' ');
    const set = sets.get(key) ?? { index: sets.size, permissions: [...granted] };
    sets.set(key, set);
    return [projectId, set.index];
  });
  return { sets: [...sets.values()].map((set) => set.permissions), of: Object.fromEntries(of) };
}

/** Undoes {@link packProjects}. @throws ZodError for what it has not made. */
export function unpackProjects(value: unknown): Record<string, string[]> {
  const { sets, of } = packed.parse(value);
  return Object.fromEntries(Object.entries(of).map(([projectId, index]) => [projectId, sets[index] ?? []]));
}
