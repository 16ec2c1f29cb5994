export { countOpen, queueContract } from './contract-intents';
export { contractDeployed } from './contract-deployed';
export { createSender, type Sender } from './sender';
export { takeSendingTurn, type SendingDeps, type SendingTurn } from './sending-turn';
export { loadSigner, type Signer } from './signer';
