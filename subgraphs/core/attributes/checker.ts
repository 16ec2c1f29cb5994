import type { z } from 'zod';
import { BadInputError } from '#kernel/errors';
import { valueSchema } from './check-value';
import { effective, type Definition } from './definition';

/** Values that fit their definitions, parted by where they are kept. */
export interface CheckedAttributes {
  /** To be sealed. */
  personal: Record<string, unknown>;
  open: Record<string, unknown>;
  /** Key → id of the version of the definition that the value was checked with. */
  versions: Record<string, string>;
  /** Keys that were given as null: whatever stood there goes. */
  cleared: string[];
}

/** How strictly: a whole set of values must have what is required, a change only may not clear it. */
export interface HowToCheck {
  /** How the values are called in errors; `attributes` when left out. */
  root?: string;
  partial?: boolean;
}

/** Checks values against the definitions that count somewhere: read once, used for as many people as there are. */
export class AttributeChecker {
  private readonly definitions: Map<string, Definition>;
  private readonly schemas = new Map<string, z.ZodType>();

  constructor(definitions: readonly Definition[]) {
    this.definitions = effective(definitions);
  }

  /** The definitions in use. */
  get active(): Definition[] {
    return [...this.definitions.values()].filter(({ active }) => active);
  }

  /** Keys that whoever is registered completely has a value under. */
  get required(): string[] {
    return [...this.definitions.values()].filter(({ required, active }) => required && active).map(({ key }) => key);
  }

  /** @throws BadInputError naming `<root>.<key>`. */
  check(values: Readonly<Record<string, unknown>>, { root = 'attributes', partial = false }: HowToCheck = {}): CheckedAttributes {
    const checked: CheckedAttributes = { personal: {}, open: {}, versions: {}, cleared: [] };
    for (const [key, value] of Object.entries(values)) {
      const definition = this.definition(key, root);
      if (value === null || value === undefined) {
        if (definition.required && partial) throw new BadInputError(`${root}.${key}`, 'is required and cannot be cleared');
        checked.cleared.push(key);
        continue;
      }
      (definition.isPersonal ? checked.personal : checked.open)[key] = this.valueOf(definition, value, root);
      checked.versions[key] = definition.id;
    }
    const missing = partial ? undefined : this.required.find((key) => !Object.hasOwn(checked.versions, key));
    if (missing !== undefined) throw new BadInputError(`${root}.${missing}`, 'is required: give it a value');
    return checked;
  }

  /** What a list may be narrowed by: values of open attributes. @throws BadInputError naming `<root>.<key>`. */
  condition(values: Readonly<Record<string, unknown>>, root: string): Record<string, unknown> {
    const { open, personal, cleared } = this.check(values, { root, partial: true });
    const [sealed] = Object.keys(personal);
    if (sealed !== undefined) throw new BadInputError(`${root}.${sealed}`, 'is personal: it is sealed, and nobody is found by it');
    if (cleared[0] !== undefined) throw new BadInputError(`${root}.${cleared[0]}`, 'must have a value');
    return open;
  }

  private definition(key: string, root: string): Definition {
    const definition = this.definitions.get(key);
    if (definition?.active) return definition;
    // What a caller calls a key may be anything, also personal: it is repeated only when it is a key.
    if (definition) throw new BadInputError(`${root}.${key}`, 'is no longer in use: leave it out');
    const active = [...this.definitions.values()].filter((one) => one.active).map((one) => one.key);
    throw new BadInputError(KEY.test(key) ? `${root}.${key}` : root, `is not defined here; ${active.length === 0 ? 'no attribute is' : `defined are ${active.slice(0, 50).join(', ')}`}`);
  }

  private valueOf(definition: Definition, value: unknown, root: string): unknown {
    const schema = this.schemas.get(definition.key) ?? valueSchema(definition);
    this.schemas.set(definition.key, schema);
    const { data, error } = schema.safeParse(value);
    if (error) throw new BadInputError(`${root}.${definition.key}`, error.issues[0]?.message ?? 'is not acceptable');
    return data;
  }
}

/** What keys look like: a JSON key, a column of an export, a part of an error's name. */
export const KEY = /^[a-z][a-z0-9_]{0,59}$/;
