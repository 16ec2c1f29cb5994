import { GraphQLNonNull, isAbstractType, isCompositeType, isEnumType, isInputObjectType, isInterfaceType, isListType, isNonNullType, isObjectType, getNamedType, parse, validate, type GraphQLArgument, type GraphQLCompositeType, type GraphQLField, type GraphQLInputType, type GraphQLSchema } from 'graphql';
import type { ClientRequest } from '../engine-under-test';
import type { Random } from './random';

export interface OperationOptions {
  /** Aliases named as other fields of the type: stock confuses them with keys and requirements. */
  confusingAliases: boolean;
  /** Objects of which nothing may be left, by conditions or by their type. */
  emptyObjects: boolean;
}

const ATTEMPTS = 20;
/** A fragment, or a condition on the selection itself. */
const UNCERTAIN = /^(\.\.\.|[^{(]*(\([^@]*\))?[^{]*@(skip|include))/;

/** A random operation that is valid on the schema; null when none was found. */
export function drawOperation(random: Random, schema: GraphQLSchema, options: OperationOptions): ClientRequest | null {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const request = createWriter(random, schema, options);
    if (validate(schema, parse(request.query)).length === 0) return request;
  }
  return null;
}

function createWriter(random: Random, schema: GraphQLSchema, { confusingAliases, emptyObjects }: OperationOptions): ClientRequest {
  const variables: Record<string, unknown> = {};
  const definitions: string[] = [];
  const fragments = new Map<string, { on: string; text: string }>();
  const root = schema.getQueryType();
  if (!root) throw new Error('There are no queries.');

  function selections(type: GraphQLCompositeType, depth: number): string {
    const parts = Array.from({ length: 1 + random.int(4) }, () => selection(type, depth)).filter((part) => part !== '');
    if (parts.length === 0 || (!emptyObjects && parts.every((part) => UNCERTAIN.test(part)))) parts.push('__typename');
    return `{ ${parts.join(' ')} }`;
  }

  function selection(type: GraphQLCompositeType, depth: number): string {
    if (random.chance(0.1)) return `${random.chance(0.2) ? 'kind: ' : ''}__typename`;
    if (depth > 0 && random.chance(isAbstractType(type) ? 0.5 : 0.2)) return fragment(type, depth);
    if (!isObjectType(type) && !isInterfaceType(type)) return depth > 0 ? fragment(type, depth) : '__typename';
    const fields = Object.values(type.getFields()).filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
    return fields.length > 0 ? fieldText(random.pick(fields), type, depth) : '__typename';
  }

  function fieldText(field: GraphQLField<unknown, unknown>, on: { getFields(): object }, depth: number): string {
    const inner = getNamedType(field.type);
    const given = field.args.flatMap((argument) => argumentText(argument));
    const alias = random.chance(given.length > 0 ? 0.7 : 0.2) ? `${confusingAliases && random.chance(0.2) ? random.pick(Object.keys(on.getFields())) : `a${random.int(8)}`}: ` : '';
    return `${alias}${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${condition()}${isCompositeType(inner) ? ` ${selections(inner, depth - 1)}` : ''}`;
  }

  function fragment(type: GraphQLCompositeType, depth: number): string {
    const on = random.chance(0.3) ? type : random.pick(overlapping(type));
    if (random.chance(0.3)) {
      const name = `F${fragments.size}`;
      fragments.set(name, { on: on.name, text: '' });
      fragments.set(name, { on: on.name, text: selections(on, depth - 1) });
      return `...${name}${condition()}`;
    }
    const known = [...fragments].filter(([, { on: other, text }]) => other === on.name && text !== '');
    if (known.length > 0 && random.chance(0.4)) return `...${random.pick(known)[0]}${condition()}`;
    return `...${on === type && random.chance(0.5) ? '' : ` on ${on.name}`}${condition()} ${selections(on, depth - 1)}`;
  }

  function overlapping(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const own = new Set(possible(type));
    return Object.values(schema.getTypeMap()).filter(isCompositeType).filter((other) => !other.name.startsWith('__') && possible(other).some((one) => own.has(one)));
  }

  function possible(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    return isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  }

  function condition(): string {
    if (!random.chance(0.1)) return '';
    const value = random.chance(0.2) ? String(random.chance(0.5)) : variable(`c${random.int(3)}`, 'Boolean!', () => random.chance(0.5));
    return ` @${random.pick(['skip', 'include'])}(if: ${value})`;
  }

  function variable(name: string, type: string, value: () => unknown, fallback?: string): string {
    if (!definitions.some((known) => known.startsWith(`$${name}:`))) {
      definitions.push(`$${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`);
      const optional = !type.endsWith('!') || fallback !== undefined;
      if (!optional || random.chance(0.8)) variables[name] = optional && !type.endsWith('!') && random.chance(0.15) ? null : value();
    }
    return `$${name}`;
  }

  function argumentText(argument: GraphQLArgument): string[] {
    const needed = isNonNullType(argument.type) && argument.defaultValue === undefined;
    if (!needed && random.chance(0.4)) return [];
    if (random.chance(0.5)) return [`${argument.name}: ${literal(argument.type)}`];
    const name = `v${definitions.length}`;
    return [`${argument.name}: ${variable(name, String(argument.type), () => json(argument.type), random.chance(0.2) ? literal(new GraphQLNonNull(withoutNonNull(argument.type))) : undefined)}`];
  }

  function literal(type: GraphQLInputType): string {
    return written(type, random.chance(0.1) && !isNonNullType(type) ? null : json(type));
  }

  function json(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return json(type.ofType);
    if (isListType(type)) return random.chance(0.1) ? json(type.ofType) : Array.from({ length: random.int(3) }, () => json(type.ofType));
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    if (isInputObjectType(type)) return Object.fromEntries(Object.values(type.getFields()).flatMap((field) => (field.name !== 'within' && random.chance(0.6) ? [[field.name, json(field.type)]] : [])));
    switch (type.name) {
      case 'Int':
        return random.int(5);
      case 'Boolean':
        return random.chance(0.5);
      default:
        return `t${random.int(3)}`;
    }
  }

  const body = selections(root, 4);
  const used = [...fragments].map(([name, { on, text }]) => `fragment ${name} on ${on} ${text}`);
  return { query: `query Q${definitions.length > 0 ? `(${definitions.join(', ')})` : ''} ${body}${used.length > 0 ? `\n${used.join('\n')}` : ''}`, variables };
}

function withoutNonNull(type: GraphQLInputType): Exclude<GraphQLInputType, GraphQLNonNull<GraphQLInputType>> {
  return (isNonNullType(type) ? type.ofType : type) as Exclude<GraphQLInputType, GraphQLNonNull<GraphQLInputType>>;
}

/** A value as the query language writes it. */
function written(type: GraphQLInputType, value: unknown): string {
  if (value === null) return 'null';
  if (isNonNullType(type)) return written(type.ofType, value);
  if (isListType(type)) return Array.isArray(value) ? `[${value.map((item) => written(type.ofType, item)).join(', ')}]` : written(type.ofType, value);
  if (isEnumType(type)) return String(value);
  if (!isInputObjectType(type)) return JSON.stringify(value);
  const fields = type.getFields();
  return `{ ${Object.entries(value as object).flatMap(([name, inner]) => (fields[name] ? [`${name}: ${written(fields[name].type, inner)}`] : [])).join(', ')} }`;
}
