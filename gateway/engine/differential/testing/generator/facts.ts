import { ENUM, ENUM_VALUES, namedType, type FieldModel, type Model } from './model';
import { hash } from './random';

/** An object of the graph: a type and a number say all about it. */
export interface Thing {
  __typename: string;
  /** The type that it really is, where a subgraph knows it as an `@interfaceObject`. */
  real: string;
  n: number;
}

/** What is true of a graph: the same for the same type, number, field and arguments, whoever is asked. */
export interface Facts {
  field(type: string, name: string): FieldModel | undefined;
  /** @param required values that the field is computed from, by name; absent: their true ones. */
  value(of: Thing, field: FieldModel, given: Record<string, unknown>, required?: Record<string, unknown>): unknown;
  /** The thing that a representation means. */
  find(reference: Record<string, unknown>): Thing | null;
}

const THINGS = 4;

export function createFacts(model: Model, seed: number): Facts {
  const fieldsOf = (type: string): FieldModel[] => {
    const object = model.types.find(({ name }) => name === type);
    const interfaces = model.interfaces.filter(({ name, implementers }) => name === type || implementers.includes(type));
    return [...(object?.fields ?? []), ...(object?.keys.flatMap(({ fields }) => fields) ?? []), ...interfaces.flatMap(({ field, entity }) => [field, ...(entity?.added ?? [])]), ...(type === 'Query' ? model.roots : [])];
  };
  const index = new Map<string, FieldModel | undefined>();
  const field = (type: string, name: string): FieldModel | undefined => {
    const key = `${type}.${name}`;
    if (!index.has(key)) index.set(key, fieldsOf(type).find((one) => one.name === name));
    return index.get(key);
  };

  const value: Facts['value'] = (of, one, given, required) => {
    const { real, n } = of;
    switch (one.name) {
      case 'id':
        return `${real}-${n}`;
      case 'code':
      case 'y':
        return n;
      case 'x':
        return `x${n}`;
    }
    const inputs = one.requires?.map((requirement) => (required ? (requirement.field.name in required ? required[requirement.field.name] : 'nothing came') : value(of, requirement.field, requirement.given)));
    return drawn(one.type, one, `${seed}/${real}/${n}/${one.name}/${canonical(given)}/${canonical(inputs)}`);
  };

  return {
    field,
    value,
    find: ({ __typename, id, code, y }) => {
      const [real, number] = typeof id === 'string' ? id.split('-') : [String(__typename), String(code ?? y)];
      return real === undefined || number === undefined ? null : { __typename: real, real, n: Number(number) };
    },
  };
}

function drawn(type: string, field: FieldModel, text: string): unknown {
  const luck = hash(text);
  if (type.endsWith('!')) return something(type.slice(0, -1), field, text);
  return luck % 8 === 0 ? null : something(type, field, text);
}

function something(type: string, field: FieldModel, text: string): unknown {
  const luck = hash(`${text}!`);
  if (type.startsWith('[')) return Array.from({ length: luck % 4 }, (_, index) => drawn(type.slice(1, -1), field, `${text}[${index}`));
  switch (type) {
    case 'Int':
      return luck % 1000;
    case 'Float':
      return (luck % 1000) / 8;
    case 'Boolean':
      return luck % 2 === 0;
    case 'String':
      return `s${luck % 1000}`;
    case 'ID':
      return `i${luck % 1000}`;
    case ENUM:
      return ENUM_VALUES[luck % ENUM_VALUES.length];
    case 'Json':
      return [luck % 10, { a: null, b: [luck % 3] }, 'text'][luck % 3];
  }
  const possible = field.possible ?? [namedType(type)];
  const real = possible[luck % possible.length] ?? type;
  const thing: Thing = { __typename: real, real, n: hash(`${text}#`) % THINGS };
  return thing;
}

/** JSON with keys in order: engines may write input objects in another one. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? '';
}
