import type { Federation } from '#kernel/graph-node';

/** How the aid graph joins the supergraph: core keeps the address of each project's contract and knows nothing else of the chain. */
export const aidFederation: Federation = {
  prefix: 'Aid',
  links: [
    {
      on: 'Project',
      requires: 'contractAddress',
      field: 'onChain',
      entity: 'AidProject',
      description: 'What the chain says of the project; null until its contract is on chain and indexed.',
    },
  ],
};
