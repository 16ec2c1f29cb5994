import { parse, print } from 'graphql';
import { withFilledSelections, withoutFillers } from './filled-selections';
import { clientKey } from './internal-keys';
import { plannedKey, withPlannedAliases, type NameFacts } from './planned-aliases';
import { conditionVariables, withConditionsResolved, type ConditionValues } from './resolved-conditions';

const text = (source: string): string => print(parse(source));

describe('conditions', () => {
  const resolved = (source: string, values: ConditionValues = {}): string => print(withConditionsResolved(parse(source), values));

  test('depend on the variables of @skip, @include and @defer, named once and in a steady order', () => {
    expect(conditionVariables(parse('query ($z: Boolean!, $a: Boolean!, $x: Int) { b @skip(if: $z) c(x: $x) @include(if: $a) ...F @defer(if: $z) } fragment F on Query { d @include(if: $a) }'))).toEqual(['a', 'z']);
    expect(conditionVariables(parse('{ a @include(if: true) ... @defer { b } }'))).toEqual([]);
  });

  test('that hold leave their field unconditional; those that do not leave nothing', () => {
    const source = 'query ($on: Boolean!) { a @include(if: $on) b @skip(if: $on) c @include(if: true) d @skip(if: true) }';
    expect(resolved(source, { on: true })).toBe(text('query ($on: Boolean!) { a c }'));
    expect(resolved(source, { on: false })).toBe(text('query ($on: Boolean!) { b c }'));
  });

  test('both of @skip and @include must let a field stay', () => {
    const source = 'query ($s: Boolean!, $i: Boolean!) { always a @skip(if: $s) @include(if: $i) }';
    const stays = (s: boolean, i: boolean): boolean => /^ {2}a$/m.test(resolved(source, { s, i }));
    expect([stays(false, true), stays(true, true), stays(false, false), stays(true, false)]).toEqual([true, false, false, false]);
  });

  test('keep @defer when it holds, without its condition', () => {
    const source = 'query ($later: Boolean) { ... @defer(label: "l", if: $later) { a } }';
    expect(resolved(source, { later: true })).toBe(text('query ($later: Boolean) { ... @defer(label: "l") { a } }'));
    expect(resolved(source, { later: false })).toBe(text('query ($later: Boolean) { ... { a } }'));
  });

  test('leave a field without selections where it stands, and nothing of an empty fragment, however deep', () => {
    expect(resolved('{ a { b @skip(if: true) } ... { ... { c @skip(if: true) } } ...F d } fragment F on Query { ...G } fragment G on Query { e @include(if: false) }')).toBe(print({ ...parse('{ a d }'), definitions: parse('{ a d }').definitions }));
  });

  test('leave out fragments that are spread nowhere any more, and keep those that are', () => {
    expect(resolved('query ($on: Boolean!) { a ...F @include(if: $on) ...G } fragment F on Query { ...H } fragment G on Query { g } fragment H on Query { h }', { on: false })).toBe(text('query ($on: Boolean!) { a ...G } fragment G on Query { g }'));
  });
});

describe('aliases for the planner', () => {
  const names: NameFacts = { fields: new Set(['id', 'name', 'price']), requiredWithArguments: new Set(['price']), ofInterfaceObjects: new Set() };
  const planned = (source: string): string => print(withPlannedAliases(parse(source), names));

  test('replace the client’s where these could be taken for another field', () => {
    expect(planned('{ id: name free: name name: name __typename id }')).toBe(text('{ __al_id: name free: name name: name __typename id }'));
  });

  test('replace the client’s where these could be taken for ours', () => {
    expect(planned('{ __al_id: name __filler: id __proto__: id }')).toBe(text('{ __al___al_id: name __al___filler: id __al___proto__: id }'));
  });

  test('are given to fields with arguments that some service requires', () => {
    expect(planned('{ price(currency: "USD") price }')).toBe(text('{ __al_price: price(currency: "USD") price }'));
  });

  test('lead back to the client’s key, whatever it is', () => {
    const [operation] = parse('{ id: name __al_id: name free: name __al___al_x: id price(a: 1) }').definitions;
    const fields = operation?.kind === 'OperationDefinition' ? operation.selectionSet.selections.flatMap((node) => (node.kind === 'Field' ? [node] : [])) : [];
    expect(fields.map((node) => clientKey(plannedKey(node, names)))).toEqual(['id', '__al_id', 'free', '__al___al_x', 'price']);
    expect(new Set(fields.map((node) => plannedKey(node, names))).size).toBe(5);
  });
});

describe('selections for the planner', () => {
  test('ask for the type of an object of which perhaps nothing else is asked', () => {
    expect(print(withFilledSelections(parse('{ a { ... on T { b } } c { d ... on T { e } } f { ...F } }')))).toBe(text('{ a { ... on T { b } __filler: __typename } c { d ... on T { e } } f { ...F __filler: __typename } }'));
  });

  test('are the client’s again without what was added', () => {
    const source = '{ a { ... on T { b { ...F } } } __typename }';
    const [operation] = withFilledSelections(parse(source)).definitions;
    expect(operation?.kind === 'OperationDefinition' ? print(withoutFillers(operation.selectionSet)) : '').toBe(text(source).trim());
  });
});
