export { countOpen, queueContract } from './contract-intents';
export { queueAnchor } from './anchor-intents';
export { auditAnchored, takeAnchorTurn } from './anchor-turn';
export { contractDeployed } from './contract-deployed';
export { createSender, type Sender } from './sender';
export { takeSendingTurn, type SendingDeps, type SendingTurn } from './sending-turn';
export { loadSigner, type Signer } from './signer';
