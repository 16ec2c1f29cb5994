/** What is asked, in the words of the gateway and in those of each subgraph. */
export interface Question {
  title: string;
  throughGateway: string;
  core: string;
  service: string;
  /** Null: the chain is not asked. */
  chain: string | null;
}

const CORE = 'id name status budgetMinor';
const SERVICE = 'kind voucherValueMinor vouchersIssued remainingBudgetMinor';
const CHAIN = 'projectId budgetMinor fundedMinor';

const service = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Project { rfv { ${SERVICE} } } } }`;

/** Two subgraphs joined. */
export const coreAndService: Question = {
  title: 'core + project service',
  throughGateway: `query ($id: ID!) { project(id: $id) { ${CORE} rfv { ${SERVICE} } } }`,
  core: `query ($id: ID!) { project(id: $id) { ${CORE} } }`,
  service,
  chain: null,
};

/** Three subgraphs joined: core says where on chain the project is. */
export const coreServiceAndChain: Question = {
  title: 'core + project service + chain',
  throughGateway: `query ($id: ID!) { project(id: $id) { ${CORE} contractAddress rfv { ${SERVICE} } onChain { ${CHAIN} } } }`,
  core: `query ($id: ID!) { project(id: $id) { ${CORE} contractAddress } }`,
  service,
  chain: `query ($address: ID!) { aidProject(id: $address) { ${CHAIN} } }`,
};
