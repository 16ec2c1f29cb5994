/** One graph, and which subgraph knows what of it. Every subgraph agrees with every other about all data. */
export interface Model {
  subgraphs: string[];
  types: ObjectModel[];
  interfaces: InterfaceModel[];
  unions: { name: string; subgraph: string; members: string[] }[];
  /** Query fields, each in the subgraphs that resolve it. */
  roots: FieldModel[];
}

export interface ObjectModel {
  name: string;
  /** Empty for values. */
  keys: KeyModel[];
  fields: FieldModel[];
  /** By subgraph. */
  homes: Map<string, Home>;
}

export interface KeyModel {
  /** As the directive writes it. */
  text: string;
  fields: FieldModel[];
}

/** How one subgraph knows a type. */
export interface Home {
  keys: { key: KeyModel; resolvable: boolean }[];
}

export interface InterfaceModel {
  name: string;
  field: FieldModel;
  implementers: string[];
  /** Where it is an entity interface, and where an `@interfaceObject`. */
  entity?: { subgraph: string; objectIn: string; added: FieldModel[] };
}

export interface FieldModel {
  name: string;
  /** As SDL writes it. */
  type: string;
  arguments: { name: string; type: string; fallback?: string }[];
  /** Subgraphs that resolve it. */
  in: string[];
  /** Object types that it may answer, when its type is abstract. */
  possible?: string[];
  requires?: { field: FieldModel; text: string; given: Record<string, unknown> }[];
  provides?: FieldModel[];
  /** The first of `in` takes it over from here. */
  overrides?: string;
  hidden?: boolean;
}

export const ENUM = 'Shade';
export const ENUM_VALUES = ['DARK', 'LIGHT', 'NONE'];
/** What every subgraph defines alike. */
export const SHARED_SDL = `enum ${ENUM} { ${ENUM_VALUES.join(' ')} }\nscalar Json\ninput Filter { text: String shade: ${ENUM} = DARK size: Int! = 1 within: [Filter!] }\n`;

export function namedType(type: string): string {
  return type.replace(/[[\]!]/g, '');
}
