import { Directive, Field, ObjectType } from 'type-graphql';
import { MinorUnitsScalar } from './scalars';

/** Part of the short frozen list of types that every subgraph shares. */
@Directive('@shareable')
@ObjectType({ description: 'Where a page of a connection stands in the whole list (https://relay.dev/graphql/connections.htm).' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are more edges after this page.' })
  hasNextPage: boolean;

  @Field(() => Boolean, { description: 'Whether there are edges before this page.' })
  hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first edge of this page.' })
  startCursor: string | null;

  @Field(() => String, { nullable: true, description: 'The cursor of the last edge of this page; pass it as `after` to read on.' })
  endCursor: string | null;
}

@Directive('@shareable')
@ObjectType({ description: 'An amount of money in one currency.' })
export class Money {
  @Field(() => MinorUnitsScalar, { description: 'The amount in the minor unit of the currency, for example cents.' })
  amountMinor: bigint;

  @Field(() => String, { description: 'The ISO 4217 code of the currency, for example "KES".' })
  currency: string;
}
