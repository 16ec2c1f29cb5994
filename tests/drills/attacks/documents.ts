import { attacksOn } from '../../../gateway/limits/testing/attack-corpus';
import { operation, type Assault } from './assault';

const CORPUS = attacksOn({
  root: (directives = '') => `me ${directives} { id }`,
  object: (selection) => `beneficiary(id: "b1") { ${selection} }`,
  leaf: 'status',
  circle: { parent: 'Beneficiary', fields: ['enrollments', 'beneficiary'] },
  list: (first) => `beneficiaries(first: ${first}) { edges { node { id } } }`,
  lists: 'projects(first: 200) { edges { node { enrollments(first: 200) { edges { node { id } } } } } }',
  argument: (value) => `beneficiary(id: ${value}) { id }`,
});

const MISSPELT = ['{ m { id } }', '{ projets { edges { cursor } } }', '{ projects(frst: 1) { edges { cursor } } }', '{ me { idd } }', '{ me @includ(if: true) { id } }', '{ ... on Querry { me { id } } }', 'mutation { logn(email: "a", password: "b") { accessToken } }'];

/** Documents and bodies that nobody should read to their end; those of the gateway's own tests, about the real schema. */
export function documentAssaults(): Assault[] {
  const refused = Object.entries(CORPUS).map(([name, { body, headers, code }]): Assault => ({
    name,
    refusals: [code],
    write: ({ int }) => ({ body: headers?.['content-encoding'] ? Buffer.from(body, 'latin1') : unlikeAnyBefore(body, int(2 ** 31)), ...(headers ? { headers } : {}) }),
  }));
  const scraping: Assault = { name: 'names that are nearly right', refusals: ['GRAPHQL_VALIDATION_FAILED'], write: ({ pick, int }) => ({ body: unlikeAnyBefore(operation(pick(MISSPELT)), int(2 ** 31)) }) };
  return [...refused, scraping];
}

/** A comment makes it another document, which has to be read anew. */
function unlikeAnyBefore(body: string, number: number): string {
  return body.replace(/^\{"query":"/, `{"query":"#${number}\\n`);
}
