import { SHARED_SDL, type FieldModel, type Model, type ObjectModel } from './model';

/** The SDL of one subgraph. */
export function printSubgraph(model: Model, subgraph: string): string {
  const roots = model.roots.filter((root) => root.in.includes(subgraph)).map((root) => printField(root, []));
  const types = model.types.filter(({ homes }) => homes.has(subgraph));
  return [
    SHARED_SDL,
    ...(roots.length > 0 ? [`type Query { ${roots.join(' ')} }`] : []),
    ...types.map((type) => printType(model, type, subgraph)),
    ...model.interfaces.flatMap(({ name, field, implementers, entity }) => {
      if (!entity) return types.some((type) => implementers.includes(type.name)) ? [`interface ${name} { ${printField(field, [])} }`] : [];
      if (entity.subgraph === subgraph) return [`interface ${name} @key(fields: "id") { id: ID! ${printField(field, [])} }`];
      return entity.objectIn === subgraph ? [`type ${name} @key(fields: "id") @interfaceObject { id: ID! ${entity.added.map((added) => printField(added, [])).join(' ')} }`] : [];
    }),
    ...model.unions.filter((union) => union.subgraph === subgraph).map(({ name, members }) => `union ${name} = ${members.join(' | ')}`),
  ].join('\n');
}

function printType(model: Model, type: ObjectModel, subgraph: string): string {
  const keys = type.homes.get(subgraph)?.keys ?? [];
  const interfaces = model.interfaces.filter(({ implementers, entity }) => implementers.includes(type.name) && (!entity || entity.subgraph === subgraph));
  const own = type.fields.filter((field) => field.in.includes(subgraph));
  const moved = type.fields.filter((field) => field.overrides === subgraph);
  const keyFields = keys.flatMap(({ key }) => key.fields);
  const external = [...own.flatMap(({ requires = [] }) => requires.map(({ field }) => field)), ...providedHere(model, type, subgraph)];
  const printed = new Map<string, string>();
  const print = (field: FieldModel, directives: string[]): void => void (printed.has(field.name) || printed.set(field.name, printField(field, directives)));
  keyFields.forEach((field) => print(field, []));
  own.forEach((field) => print(field, directivesOf(model, type, field)));
  moved.forEach((field) => print(field, []));
  interfaces.forEach(({ field, entity }) => print(field, entity ? [] : ['@shareable']));
  external.forEach((field) => print(field, ['@external']));
  const implement = interfaces.length > 0 ? ` implements ${interfaces.map(({ name }) => name).join(' & ')}` : '';
  const directives = keys.map(({ key, resolvable }) => ` @key(fields: "${key.text}"${resolvable ? '' : ', resolvable: false'})`).join('');
  return `type ${type.name}${implement}${directives} { ${[...printed.values()].join(' ')} }`;
}

function providedHere(model: Model, type: ObjectModel, subgraph: string): FieldModel[] {
  return fieldsOf(model).filter((field) => field.in.includes(subgraph) && field.provides && field.type.replace(/[[\]!]/g, '') === type.name).flatMap(({ provides = [] }) => provides);
}

function fieldsOf(model: Model): FieldModel[] {
  return [...model.roots, ...model.types.flatMap(({ fields }) => fields)];
}

function directivesOf(model: Model, type: ObjectModel, field: FieldModel): string[] {
  const provided = fieldsOf(model).some(({ provides = [] }) => provides.includes(field));
  return [
    ...(field.in.length > 1 || provided || type.keys.length === 0 ? ['@shareable'] : []),
    ...(field.overrides ? [`@override(from: "${field.overrides}")`] : []),
    ...(field.hidden ? ['@inaccessible'] : []),
  ];
}

function printField(field: FieldModel, directives: string[]): string {
  const given = field.arguments.map(({ name, type, fallback }) => `${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`);
  const requires = field.requires && !directives.includes('@external') ? [`@requires(fields: ${JSON.stringify(field.requires.map(({ text }) => text).join(' '))})`] : [];
  const provides = field.provides && !directives.includes('@external') ? [`@provides(fields: "${field.provides.map(({ name }) => name).join(' ')}")`] : [];
  return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}: ${field.type} ${[...directives, ...requires, ...provides].join(' ')}`.trim();
}
