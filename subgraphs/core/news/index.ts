export { createNewsDesk, type NewsDesk } from './news-desk';
export { coreSubscribers, type Subscriber } from './subscribers';
