import 'reflect-metadata';
import { z } from 'zod';
import { catalogue, type EventDefinition } from '#kernel/events';
import { contractDeployed } from '../../subgraphs/chain/sending';
import { buildCoreSubgraph } from '../../subgraphs/core/app';
import { allSubscribers } from '../../subgraphs/core/subscribers';
import { subscriptions } from '../../subgraphs/core/feed';
import { voucherEvents } from '../../subgraphs/projects/types/rfv/voucher.events';

/** What must be loaded for its events to be defined. */
const ROOMS = [buildCoreSubgraph, contractDeployed, voucherEvents];

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

const keyOf = ({ name, version }: EventDefinition): string => `${name}.v${version}`;

function page(events: readonly EventDefinition[]): string {
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

function schemas(events: readonly EventDefinition[]): string {
  const definitions = events.map((event) => [keyOf(event), { description: event.sentence, ...z.toJSONSchema(event.payload, { target: 'draft-2020-12', unrepresentable: 'any' }), $schema: undefined }]);
  const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'The data of each event, by its type', $defs: Object.fromEntries(definitions) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Prints docs/events.md, or with `--schemas` docs/events.schema.json. */
const events = ROOMS.length > 0 ? catalogue() : [];
process.stdout.write(process.argv.includes('--schemas') ? schemas(events) : page(events));
