/** Below this a number tells of single people; the usual threshold of statistical offices. */
export const FEWEST = 5;

/** One number of a breakdown. `within` names the larger group whose number is shown elsewhere, if there is one. */
export interface Cell {
  count: number;
  within: string;
}

/**
 * Which numbers are not shown: those below {@link FEWEST} (0 is no person and is shown), and where that leaves exactly one hidden number in a group, the smallest
 * of the others too: the sum of the group would give the one away.
 */
export function suppressed(cells: readonly Cell[]): boolean[] {
  const hidden = cells.map(({ count }) => count > 0 && count < FEWEST);
  const groups = new Map<string, number[]>();
  cells.forEach(({ within }, index) => groups.set(within, [...(groups.get(within) ?? []), index]));
  for (const members of groups.values()) {
    if (members.filter((index) => hidden[index]).length !== 1) continue;
    const shown = members.filter((index) => !hidden[index] && (cells[index]?.count ?? 0) > 0).sort((a, b) => (cells[a]?.count ?? 0) - (cells[b]?.count ?? 0));
    const [smallest] = shown;
    if (smallest !== undefined) hidden[smallest] = true;
  }
  return hidden;
}
