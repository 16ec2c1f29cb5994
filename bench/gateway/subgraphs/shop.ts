import { idText, readId } from './ids';
import type { Resolvers, Thing } from './resolvers';

// Everything follows from numbers, so that any id has an answer and the same one in every process.

const USERS = 6;
const PRODUCTS = 5;
const REVIEWS_OF_A_USER = 3;
const LONGEST_FREE_SHIPPING_PRICE = 1000;

const thingOf = (key: unknown): Thing => ({ id: readId(key) });
const idOf = ({ id }: Thing): string => idText(id);

const NAMES = ['Asha Tamang', 'Bimala Gurung', 'Chandra Rai', 'Deepa Thapa', 'Elina Magar', 'Furba Sherpa'];
const nameOf = ({ id }: Thing): string => NAMES[id.number % NAMES.length] ?? '';
const usernameOf = (thing: Thing): string => `${nameOf(thing).split(' ')[0]?.toLowerCase()}${thing.id.number}`;

const WARES = ['Table', 'Couch', 'Chair', 'Lamp', 'Rice cooker', 'Water filter', 'Solar panel', 'Blanket', 'Tarpaulin'];
const priceOf = ({ id }: Thing): number => 100 + ((id.number * 317) % 1900);
const weightOf = ({ id }: Thing): number => 50 + ((id.number * 53) % 950);

// Review r is by user r mod USERS and about product r mod PRODUCTS, so that every walk from one to the next comes back.
function reviewsOfUser({ id: { number, tag } }: Thing): Thing[] {
  return Array.from({ length: REVIEWS_OF_A_USER }, (_, turn) => ({ id: { number: (number % USERS) + turn * USERS, tag } }));
}
function reviewsOfProduct({ id: { number, tag } }: Thing): Thing[] {
  const all = Array.from({ length: USERS * REVIEWS_OF_A_USER }, (_, review) => review);
  return all.filter((review) => review % PRODUCTS === number % PRODUCTS).map((review) => ({ id: { number: review, tag } }));
}
const authorOf = ({ id }: Thing): Thing => ({ id: { number: id.number % USERS, tag: id.tag } });
const productOf = ({ id }: Thing): Thing => ({ id: { number: id.number % PRODUCTS, tag: id.tag } });

function shippingEstimate({ required }: Thing): number | null {
  const { price, weight } = required ?? {};
  if (typeof price !== 'number' || typeof weight !== 'number') return null;
  return price > LONGEST_FREE_SHIPPING_PRICE ? 0 : Math.round(weight / 2);
}

function things(count: number, tag: unknown): Thing[] {
  return Array.from({ length: count }, (_, number) => ({ id: { number, tag: String(tag) } }));
}

const accounts: Resolvers = {
  roots: {
    users: { type: 'User', resolve: (args) => things(USERS, args.tag ?? '') },
    user: { type: 'User', resolve: (args) => thingOf(args.id) },
  },
  types: {
    User: {
      entity: ({ id }) => thingOf(id),
      fields: {
        id: { resolve: idOf },
        name: { resolve: nameOf },
        username: { resolve: usernameOf },
        birthday: { resolve: ({ id }) => `19${60 + (id.number % 40)}-05-${10 + (id.number % 20)}` },
      },
    },
  },
};

const inventory: Resolvers = {
  roots: {},
  types: {
    Product: {
      entity: ({ upc, ...required }) => ({ ...thingOf(upc), required }),
      fields: {
        upc: { resolve: idOf },
        inStock: { resolve: ({ id }) => id.number % 3 !== 0 },
        shippingEstimate: { resolve: shippingEstimate },
      },
    },
  },
};

const products: Resolvers = {
  roots: {
    topProducts: { type: 'Product', resolve: (args) => things(Number(args.first ?? 5), args.tag ?? '') },
  },
  types: {
    Product: {
      entity: ({ upc }) => thingOf(upc),
      fields: {
        upc: { resolve: idOf },
        name: { resolve: ({ id }) => `${WARES[id.number % WARES.length]} ${id.number}` },
        price: { resolve: priceOf },
        weight: { resolve: weightOf },
      },
    },
  },
};

const reviews: Resolvers = {
  roots: {},
  types: {
    User: {
      entity: ({ id }) => thingOf(id),
      fields: {
        id: { resolve: idOf },
        username: { resolve: usernameOf },
        numberOfReviews: { resolve: () => REVIEWS_OF_A_USER },
        reviews: { type: 'Review', resolve: reviewsOfUser },
      },
    },
    Product: {
      entity: ({ upc }) => thingOf(upc),
      fields: { upc: { resolve: idOf }, reviews: { type: 'Review', resolve: reviewsOfProduct } },
    },
    Review: {
      entity: ({ id }) => thingOf(id),
      fields: {
        id: { resolve: idOf },
        body: { resolve: bodyOf },
        author: { type: 'User', resolve: authorOf },
        product: { type: 'Product', resolve: productOf },
      },
    },
  },
};

/** By the name of the subgraph; the schemas are in `schemas.ts`. */
export const SHOP_RESOLVERS: Readonly<Record<string, Resolvers>> = { accounts, inventory, products, reviews };

function bodyOf({ id }: Thing): string {
  return `Review ${id.number}: it came in time, it does what it is for, and all the neighbours ask where in town it is to be had.`;
}
