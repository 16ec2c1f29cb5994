import type { HotOperation } from './engine';
export function createHotOperations(): { note(source: string, operationName: string | null, costMs: number): void; top(): HotOperation[] } {
  return { note: () => undefined, top: () => [] };
}
