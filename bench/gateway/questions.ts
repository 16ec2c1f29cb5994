/** One operation that gateways are measured with. */
export interface Question {
  name: string;
  query: string;
  /** Variables for one request: those with equal tags ask the same, those with different tags share nothing. */
  variables(tag: string): Record<string, unknown>;
}

const SIXTEEN_FETCHES = `fragment User on User { id username name }
fragment Review on Review { id body }
fragment Product on Product { inStock name price shippingEstimate upc weight }
query Shop($tag: String!) {
  users(tag: $tag) {
    ...User
    reviews {
      ...Review
      product {
        ...Product
        reviews {
          ...Review
          author {
            ...User
            reviews { ...Review product { ...Product } }
          }
        }
      }
    }
  }
  topProducts(tag: $tag) {
    ...Product
    reviews {
      ...Review
      author {
        ...User
        reviews { ...Review product { ...Product } }
      }
    }
  }
}`;

const LIST = 'query List($first: Int!, $tag: String!) { topProducts(first: $first, tag: $tag) { upc name price weight inStock shippingEstimate } }';

/** The one that gateways are usually compared with. */
export const sixteenFetches: Question = { name: '16 fetches', query: SIXTEEN_FETCHES, variables: (tag) => ({ tag }) };
export const oneFetch: Question = {
  name: 'one fetch',
  query: 'query One($id: ID!) { user(id: $id) { id name username birthday } }',
  variables: (tag) => ({ id: `7~${tag}` }),
};
export const list = (length: number): Question => ({ name: `list of ${length.toLocaleString('en')}`, query: LIST, variables: (tag) => ({ first: length, tag }) });

export const QUESTIONS: readonly Question[] = [sixteenFetches, oneFetch, list(10), list(100), list(1000)];

const TAG_LENGTH = 7;

/** Tags of one length, so that all answers to a question have one, too. */
export function tagOf(number: number): string {
  return `t${String(number).padStart(TAG_LENGTH, '0')}`;
}
