import { Kind, visit, type DocumentNode, type SelectionSetNode } from 'graphql';
import type { ShapeLimits } from '../../limits';
import { fragmentsOf, keyOf, operationsOf, type Fragments } from '../documents';

/** How large an operation is, by the names of its limits. */
export type Shape = Record<keyof ShapeLimits, number>;

/** Measures of one selection, with all that its fragments bring. */
interface Measures {
  depth: number;
  /** Selections below this one. */
  nesting: number;
  fields: number;
  /** Fields at its own level. */
  width: number;
  aliases: number;
  duplicates: number;
}

const NOTHING: Measures = { depth: 0, nesting: 0, fields: 0, width: 0, aliases: 0, duplicates: 0 };

/**
 * Measures a document that was parsed, but not validated: fragments may be missing or circular. All of its operations count, because all are
 * validated. A fragment is read once, however often it is spread, so that measuring takes a time in proportion to the document, also where the
 * measure is 2^n.
 */
export function shapeOf(document: DocumentNode): Shape {
  const fragments = fragmentsOf(document);
  const meter = createMeter(fragments);
  const all = { ...NOTHING };
  for (const name of fragments.keys()) widen(all, { ...meter.fragment(name), width: 0 });
  for (const { selectionSet } of operationsOf(document)) widen(all, meter.selection(selectionSet));
  const { depth, nesting, fields, width, aliases, duplicates } = all;
  return { depth, nesting, fields, rootFields: width, aliases, directives: directivesIn(document), duplicates };
}

interface Meter {
  selection(set: SelectionSetNode): Measures;
  fragment(name: string): Measures;
}

function createMeter(fragments: Fragments): Meter {
  const known = new Map<string, Measures>();

  // An inline fragment adds to the keys of the selection that it stands in.
  function measure({ selections }: SelectionSetNode, keys: Map<string, number>): Measures {
    const sum = { ...NOTHING };
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const times = (keys.get(keyOf(node)) ?? 0) + 1;
        keys.set(keyOf(node), times);
        const below = node.selectionSet ? measure(node.selectionSet, new Map()) : NOTHING;
        const depth = 1 + (node.name.value.startsWith('__') ? 0 : below.depth);
        add(sum, { depth, nesting: below.nesting + 1, fields: below.fields + 1, width: 1, aliases: below.aliases + (node.alias ? 1 : 0), duplicates: Math.max(times, below.duplicates) });
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        add(sum, within(measure(node.selectionSet, keys)));
      } else {
        add(sum, within(measureFragment(node.name.value)));
      }
    }
    return sum;
  }

  function measureFragment(name: string): Measures {
    const before = known.get(name);
    if (before) return before;
    known.set(name, NOTHING); // for a fragment that spreads itself: validation refuses it
    const fragment = fragments.get(name);
    const measures = fragment ? measure(fragment.selectionSet, new Map()) : NOTHING;
    known.set(name, measures);
    return measures;
  }

  return { selection: (set) => measure(set, new Map()), fragment: measureFragment };
}

function within(measures: Measures): Measures {
  return { ...measures, nesting: measures.nesting + 1 };
}

function add(sum: Measures, { depth, nesting, fields, width, aliases, duplicates }: Measures): void {
  sum.depth = Math.max(sum.depth, depth);
  sum.nesting = Math.max(sum.nesting, nesting);
  sum.fields += fields;
  sum.width += width;
  sum.aliases += aliases;
  sum.duplicates = Math.max(sum.duplicates, duplicates);
}

/** The greater of each. */
function widen(all: Measures, one: Measures): void {
  for (const key of Object.keys(all) as (keyof Measures)[]) all[key] = Math.max(all[key], one[key]);
}

function directivesIn(document: DocumentNode): number {
  let count = 0;
  visit(document, { Directive: () => void (count += 1) });
  return count;
}
