import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, eventSchema } from '#kernel/events';
import { auditAnchored, contractDeployed } from '../../subgraphs/chain/sending';
import { buildCoreSubgraph } from '../../subgraphs/core/app';
import { allSubscribers } from '../../subgraphs/core/subscribers';
import { subscriptions } from '../../subgraphs/core/feed';

/** An event as the catalogue shows it. */
interface ShownEvent {
  name: string;
  version: number;
  sentence: string;
  schema: object;
}

/** What must be loaded for its events to be defined. */
const ROOMS = [buildCoreSubgraph, auditAnchored, contractDeployed];

/** Who listens: subscribers of core by name, and fields of Subscription. Nothing of them runs here. */
function listenersOf(name: string): string[] {
  const subscribers = allSubscribers({ chainUrl: 'https://chain.invalid' } as never).filter(({ wants }) => wants(name)).map((one) => one.name);
  const fields = Object.entries(subscriptions).filter(([, { names }]) => names.some((beginning) => name.startsWith(beginning))).map(([field]) => `\`Subscription.${field}\``);
  return [...subscribers, ...fields];
}

/** Names say who publishes: `project.<type>.…` a service of that type, `chain.…` the chain room, all else core. */
function publisherOf(name: string): string {
  const [, type] = /^project\.([a-z0-9]+)\.[a-z0-9-]+$/.exec(name) ?? [];
  if (type) return `services of type ${type}`;
  return name.startsWith('chain.') ? 'chain' : 'core';
}

const keyOf = ({ name, version }: ShownEvent): string => `${name}.v${version}`;

function page(events: readonly ShownEvent[]): string {
  const rows = events.map((event) => `| \`${event.name}\` | ${event.version} | ${event.sentence} | ${publisherOf(event.name)} | ${listenersOf(event.name).join(', ') || '—'} |`);
  return `<!-- Made by \`npm run generate\`; do not edit. -->

# Events

Every event is written in the transaction of the change that it tells of, and is published at least once, in order for each thing. Between rooms it is a
CloudEvent 1.0 (JSON): \`type\` is name and version (\`project.created.v1\`), \`subject\` the kind and id of the thing, \`data\` what the table's schema says
([events.schema.json](events.schema.json)), \`correlationid\` the request that caused it, \`projectid\` the project. Ids are UUIDs, times UTC, money minor units as
digits. There is no personal data in events. A new version stands beside the old one until nobody listens to that any more.

| Name | Version | What it says | Published by | Listened to by |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function schemas(events: readonly ShownEvent[]): string {
  const definitions = events.map((event) => [keyOf(event), { description: event.sentence, ...event.schema }]);
  const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'The data of each event, by its type', $defs: Object.fromEntries(definitions) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Services say themselves what they publish, as their images are asked for everything else. */
function ofImages(folder: string): ShownEvent[] {
  return readdirSync(folder).flatMap((name) =>
    readdirSync(join(folder, name)).flatMap((version) => {
      const output = execFileSync(process.execPath, [join(folder, name, version, 'main.js'), 'describe'], { encoding: 'utf8' });
      return (JSON.parse(output.trim().split('\n').at(-1) ?? '') as { events: ShownEvent[] }).events;
    }),
  );
}

/** Prints docs/events.md, or with `--schemas` docs/events.schema.json. */
const own = ROOMS.length > 0 ? catalogue().map((event) => ({ ...event, schema: eventSchema(event) })) : [];
const events = [...own, ...ofImages('dist/images')].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
process.stdout.write(process.argv.includes('--schemas') ? schemas(events) : page(events));
