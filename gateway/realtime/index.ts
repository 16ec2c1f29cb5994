export { createEventStream } from './event-stream';
export { createFeed, type Feed } from './feed';
export { subscriptionFields } from './matching';
export { createMessages, kindOf } from './messages';
export { addWebSocket } from './web-socket';
