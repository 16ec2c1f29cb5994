import { median } from '../statistics';
import { say } from '../progress';
import { askOnce, type Answer } from './answers';
import type { Contestant } from './contestants';
import type { Question } from './questions';
import type { ServerProcess } from './server-process';
import { load, saturate, type Target, type Turn, type Variables } from './turn';

/** A gateway that runs. */
export interface Running {
  contestant: Contestant;
  process: ServerProcess;
}

/** One question, asked in one way of all gateways of one supergraph. */
export interface Cell {
  question: Question;
  variables: Variables;
  size: number;
  figures: ReadonlyMap<Contestant, Figures>;
}

/** Medians over the rounds; `wrong` over all of them. */
export interface Figures {
  perSecond: number;
  p50: number;
  p99: number;
  cpuUs: number;
  fetches: number;
  requests: number;
  wrong: number;
  /** Its answer is not that of the first gateway: its figures mean nothing. */
  differs: boolean;
}

export interface Pace {
  rounds: number;
  turnMs: number;
}

const CONNECTIONS = 50;
/** With long answers, fewer: 50 of them would take a slow gateway half a minute. */
const CONNECTIONS_FOR_LONG = 10;
const LONG_BYTES = 100_000;
/** Of a turn's time, spent before it: code that had a rest is cold. */
const WARM_UP = 0.25;
/** Before a question is measured for the first time: compilers of code and plans must have done their work, on all sides. */
const FIRST_WARM_UP_MS = 4000;
const OF_SATURATION = 0.8;

/** All gateways, one after the other, in each round. */
export async function measureCell(running: readonly Running[], subgraphs: ServerProcess, asked: Pick<Cell, 'question' | 'variables' | 'size'>, pace: Pace): Promise<Cell> {
  say(`${asked.size} subgraphs, ${asked.question.name}, ${asked.variables} variables`);
  const entrants = await enter(running, subgraphs, asked);
  const connections = Math.max(0, ...entrants.map(({ target }) => target.answerBytes)) > LONG_BYTES ? CONNECTIONS_FOR_LONG : CONNECTIONS;
  if (asked.variables === 'equal') for (const { target } of entrants) await saturate(target, connections, FIRST_WARM_UP_MS);
  const turns = await inTurns(entrants, pace.rounds, async ({ target }) => {
    await saturate(target, connections, pace.turnMs * WARM_UP);
    return saturate(target, connections, pace.turnMs);
  });
  return { ...asked, figures: figuresOf(entrants, turns) };
}

/** The same at 80 % of what each gateway could do in that cell. */
export async function measureBelowSaturation(running: readonly Running[], subgraphs: ServerProcess, saturated: Cell, pace: Pace): Promise<Cell> {
  say(`${saturated.question.name} at 80 % of saturation`);
  const entrants = await enter(running, subgraphs, saturated);
  const turns = await inTurns(entrants, pace.rounds, async ({ contestant, target }) => {
    const rate = (saturated.figures.get(contestant)?.perSecond ?? 1) * OF_SATURATION;
    await load(target, rate, pace.turnMs * WARM_UP);
    return load(target, rate, pace.turnMs);
  });
  return { ...saturated, figures: figuresOf(entrants, turns) };
}

interface Entrant {
  contestant: Contestant;
  target: Target;
  differs: boolean;
}

/** Asks every gateway once, and compares. */
async function enter(running: readonly Running[], subgraphs: ServerProcess, { question, variables }: Pick<Cell, 'question' | 'variables'>): Promise<Entrant[]> {
  let right: Answer | null = null;
  const entrants: Entrant[] = [];
  for (const { contestant, process: gateway } of running) {
    const answer = await askOnce(gateway.url, question);
    right ??= answer;
    const differs = answer.canonical !== right.canonical;
    if (differs) say(`${contestant.name} answers otherwise: ${answer.canonical.slice(0, 300)}`);
    entrants.push({ contestant, differs, target: { gateway, subgraphs, question, variables, answerBytes: answer.bytes } });
  }
  return entrants;
}

async function inTurns(entrants: readonly Entrant[], rounds: number, take: (entrant: Entrant) => Promise<Turn>): Promise<Map<Entrant, Turn[]>> {
  const turns = new Map<Entrant, Turn[]>(entrants.map((entrant) => [entrant, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const entrant of entrants) turns.get(entrant)?.push(await take(entrant));
  }
  return turns;
}

function figuresOf(entrants: readonly Entrant[], turns: ReadonlyMap<Entrant, readonly Turn[]>): Map<Contestant, Figures> {
  return new Map(entrants.map((entrant) => [entrant.contestant, { ...summary(turns.get(entrant) ?? []), differs: entrant.differs }]));
}

function summary(turns: readonly Turn[]): Omit<Figures, 'differs'> {
  const middle = (pick: (turn: Turn) => number): number => median(turns.map(pick));
  const sum = (pick: (turn: Turn) => number): number => turns.reduce((total, turn) => total + pick(turn), 0);
  return {
    perSecond: middle((turn) => turn.perSecond),
    p50: middle((turn) => turn.p50),
    p99: middle((turn) => turn.p99),
    cpuUs: middle((turn) => turn.cpuUs),
    fetches: middle((turn) => turn.fetches),
    requests: sum((turn) => turn.requests),
    wrong: sum((turn) => turn.wrong),
  };
}
