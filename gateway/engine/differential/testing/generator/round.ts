import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { compose } from '../composition';
import { differences } from '../comparison';
import { agreedAnswer } from '../justified';
import type { ClientAnswer, ClientRequest } from '../engine-under-test';
import { startOurs } from '../ours';
import { startStock } from '../stock';
import { serveSupergraph, type Served } from '../world';
import { apiSchemaOf } from './api-schema';
import { drawModel } from './draw-model';
import { drawOperation } from './draw-operation';
import { createFacts, type Facts } from './facts';
import { createRandom } from './random';
import { shrink } from './shrink';
import { TROUBLED, subgraphsOf } from './subgraphs';
import { trueAnswer, type Truth } from './truth';

/** What one seed came to. */
export interface Round {
  composed: boolean;
  operations: number;
  /** Stock was wrong and ours right. */
  mended: number;
  /** Neither could plan it, and both said so. */
  refused: number;
  /** Each a page that shows what went wrong. */
  failures: string[];
}

const OPERATIONS = 8;

/** What is drawn. Requirements of requirements are not: README, difference 10. */
const DRAWN = { requirementsWithArguments: true, chains: false, entityInterfaces: true, emptyObjects: true };

/** Draws a graph and asks it a few questions: first as it is, then with things going wrong. */
export async function playRound(seed: number): Promise<Round> {
  const random = createRandom(seed);
  const model = drawModel(random, DRAWN);
  const facts = createFacts(model, seed);
  const subgraphs = subgraphsOf(model, facts, seed);
  const composed = compose(subgraphs);
  const round: Round = { composed: composed.ok, operations: 0, mended: 0, refused: 0, failures: [] };
  if (!composed.ok) return round;
  const schema = apiSchemaOf(composed.supergraphSdl);
  const table: Table = { stock: await serveSupergraph(composed.supergraphSdl, subgraphs, startStock), ours: await serveSupergraph(composed.supergraphSdl, subgraphs, startOurs), schema, facts, troubled: true };
  for (let number = 0; number < OPERATIONS; number++) {
    const confusing = random.chance(0.3);
    const request = drawOperation(random, schema, { ...DRAWN, confusingAliases: confusing });
    if (!request) continue;
    const verdict = await judge({ ...table, troubled: !confusing }, request);
    round.operations++;
    round.mended += Number(verdict.kind === 'mended');
    round.refused += Number(verdict.kind === 'refused');
    if (verdict.kind === 'wrong') round.failures.push([`seed ${seed}, operation ${number}`, ...(await explained({ ...table, troubled: !confusing }, request)), ...Object.entries(subgraphs).map(([name, { sdl }]) => `--- ${name}\n${sdl}`)].join('\n'));
  }
  await Promise.all([table.stock.close(), table.ours.close()]);
  return round;
}

interface Table {
  stock: Served;
  ours: Served;
  schema: GraphQLSchema;
  facts: Facts;
  /** Whether things go wrong after all has been right. */
  troubled: boolean;
}

async function explained(table: Table, request: ClientRequest): Promise<string[]> {
  const small = await shrink(table.schema, request, async (smaller) => (await judge(table, smaller)).kind === 'wrong');
  return [small.query, JSON.stringify(small.variables ?? {}), ...(await judge(table, small)).wrong];
}

/** What stock reads under such an alias it forgets when it is null. */
const LOST_WHEN_NULL = '__alias_';

interface Verdict {
  kind: 'equal' | 'mended' | 'refused' | 'wrong';
  /** In words. */
  wrong: string[];
}

async function judge(table: Table, request: ClientRequest): Promise<Verdict> {
  const truth = await trueAnswer(table.schema, table.facts, request);
  const calm = await judgeCalm(table, request, truth);
  // Stock's wrong answers do not become better by trouble.
  return calm.kind === 'equal' && table.troubled ? judgeTroubled(table, request, truth) : calm;
}

async function judgeCalm({ stock, ours }: Table, request: ClientRequest, truth: Truth): Promise<Verdict> {
  const [theirs, answer] = [await stock.ask(request), await ours.ask(request)];
  if (isRefused(answer) && isRefused(theirs)) return { kind: 'refused', wrong: [] };
  const right = ({ data, errors }: ClientAnswer): boolean => JSON.stringify(truth.data) === JSON.stringify(data) && errors.length === 0 && truth.errors.length === 0;
  if (right(answer)) return { kind: right(theirs) ? 'equal' : 'mended', wrong: [] };
  const said = ({ data, errors }: ClientAnswer): string => `${JSON.stringify(data)} ${JSON.stringify(errors)}`;
  return { kind: 'wrong', wrong: [`true  ${JSON.stringify(truth.data)} ${truth.errors.join('; ')}`, `stock ${said(theirs)}`, `ours  ${said(answer)}`, ...fetchesOf(answer)] };
}

async function judgeTroubled({ stock, ours }: Table, request: ClientRequest, truth: Truth): Promise<Verdict> {
  const troubled = { ...request, state: TROUBLED };
  const [theirs, answer] = [await stock.ask(troubled), await ours.ask(troubled)];
  if (theirs.fetches.some(({ query }) => query.includes(LOST_WHEN_NULL))) return { kind: 'equal', wrong: [] };
  const [one, other] = agreedAnswer(withPathsOf(theirs, answer, truth), answer);
  const wrong = differences(withoutShadowed(one), withoutShadowed(other));
  return wrong.length > 0 ? { kind: 'wrong', wrong: [...wrong, '  stock', ...fetchesOf(theirs), '  ours', ...fetchesOf(answer)] } : { kind: 'equal', wrong };
}

/** README, difference 6: of several errors below a value that became null, any may be told. */
function withoutShadowed<T extends ClientAnswer>(answer: T): T {
  const told = new Map(answer.errors.map((error) => [JSON.stringify([error.message, error.path]), error]));
  for (const [key, error] of told) {
    const shadow = nullAbove(answer.data, error.path ?? []);
    if (!shadow) continue;
    told.delete(key);
    told.set(JSON.stringify(shadow), { message: 'something below', path: shadow });
  }
  return { ...answer, errors: [...told.values()] };
}

function nullAbove(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] | null {
  let value = data;
  for (const [depth, step] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, depth);
    value = (value as Record<string | number, unknown>)[step];
  }
  return null;
}

function isRefused({ data, errors }: ClientAnswer): boolean {
  return data === undefined && errors.length > 0;
}

function fetchesOf({ fetches }: Awaited<ReturnType<Served['ask']>>): string[] {
  return fetches.map(({ subgraph, query, variables }) => `    ${subgraph} ${query} ${JSON.stringify(variables)}`);
}

/**
 * README, differences 5 and 9: stock places errors of entities wrongly when it did not ask about all objects of a list, and at times asks for
 * what is skipped. Where the truth says that ours names the right thing for the same error, stock's place is forgiven; so are errors about
 * what nobody asked for.
 */
function withPathsOf<T extends ClientAnswer>(theirs: T, ours: ClientAnswer, truth: Truth): T {
  const same = (one: GraphQLFormattedError, other: GraphQLFormattedError): boolean => one.message === other.message && one.path?.join('.') === other.path?.join('.');
  const placed = ours.errors.filter((error) => isPlacedRight(error, truth) && !theirs.errors.some((other) => same(error, other)));
  const errors = theirs.errors.flatMap((error) => {
    if (ours.errors.some((other) => same(error, other))) return [error];
    const better = placed.findIndex(({ message }) => message === error.message);
    if (better >= 0) return [{ ...error, path: placed.splice(better, 1)[0]?.path }];
    return truth.paths.has(error.path?.join('.') ?? '') ? [error] : [];
  });
  return { ...theirs, errors };
}

function isPlacedRight({ message, path = [] }: GraphQLFormattedError, { things }: Truth): boolean {
  const thing = things.get(path.slice(0, -1).join('.'));
  const [, type] = /^Cannot return null for non-nullable field (\w+)\./.exec(message) ?? [];
  return thing !== undefined && (type === undefined ? message.startsWith(`no ${thing}.`) : thing.startsWith(`${type}-`));
}
