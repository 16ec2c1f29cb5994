import type { FetchNode } from '../../engine';
import { planText } from './plan-text';
import { planTree } from './plan-tree';

const fetch = (serviceName: string, operation: string, more: Partial<FetchNode> = {}): FetchNode => ({ kind: 'Fetch', serviceName, operation, operationKind: 'query', ...more });

it('shows of entities what is asked of them, with its fragments, and what must be known of them', () => {
  const requires: FetchNode['requires'] = [{ kind: 'InlineFragment', typeCondition: 'Person', selections: [{ kind: 'Field', name: '__typename' }, { kind: 'Field', name: 'place', selections: [{ kind: 'Field', name: 'id' }] }] }];
  const operation = 'query ($representations:[_Any!]!){_entities(representations:$representations){...F}}fragment F on Person{called(as:"Jane",or:"""Doe""")}';
  expect(planText(planTree(fetch('people', operation, { requires })))).toBe(`QueryPlan {
  Fetch(service: "people") {
    {
      ... on Person {
        __typename
        place {
          id
        }
      }
    } =>
    {
      ...F
    }
    fragment F on Person {
      called(as: "…", or: "…")
    }
  }
}`);
});

it('shows what is deferred, and what a subscription does for each event', () => {
  const people = fetch('people', '{people{id}}');
  const flat = (text: string): string => text.replace(/\s+/g, ' ');
  const deferred = planTree({ kind: 'Defer', primary: { node: people }, deferred: [{ depends: [], queryPath: ['people'], node: fetch('money', '{balance}') }, { depends: [], label: 'none', queryPath: [] }] });
  expect(flat(planText(deferred))).toBe('QueryPlan { Defer { Primary { Fetch(service: "people") { { people { id } } } }, Deferred(path: "people") { Fetch(service: "money") { { balance } } }, Deferred(path: "", label: "none") {} } }');
  const events = planTree({ kind: 'Subscription', primary: fetch('core', 'subscription{news{id}}', { operationKind: 'subscription' }), rest: { kind: 'Flatten', path: ['news'], node: people } });
  expect(flat(planText(events))).toBe('QueryPlan { Subscription { Primary { Fetch(service: "core") { { news { id } } } }, Rest { Flatten(path: "news") { Fetch(service: "people") { { people { id } } } } } } }');
});
