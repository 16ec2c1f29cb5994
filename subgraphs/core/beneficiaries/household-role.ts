import { registerEnumType } from 'type-graphql';

export enum HouseholdRole {
  HEAD = 'HEAD',
  MEMBER = 'MEMBER',
  COLLECTOR = 'COLLECTOR',
  ALTERNATE = 'ALTERNATE',
}
registerEnumType(HouseholdRole, {
  name: 'HouseholdRole',
  description: 'What somebody is in their household.',
  valuesConfig: {
    HEAD: { description: 'Speaks for the household; at most one. Where there is no collector, the head collects.' },
    MEMBER: { description: 'Belongs to it.' },
    COLLECTOR: { description: 'Collects the aid for all; at most one.' },
    ALTERNATE: { description: 'May collect the aid when the collector cannot.' },
  },
});
