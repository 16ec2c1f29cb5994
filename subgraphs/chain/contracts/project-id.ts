/** A project's UUID as the `bytes16` that the contracts know it by. @throws when it is no UUID. */
export function toBytes16(projectId: string): string {
  const hex = projectId.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex)) throw new Error(`${projectId} is not a UUID.`);
  return `0x${hex}`;
}

/** The UUID, in its usual spelling, out of a `bytes16` (longer values are cut: indexed topics are padded to 32 bytes). */
export function fromBytes16(value: string): string {
  const hex = value.slice(2, 34).toLowerCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
