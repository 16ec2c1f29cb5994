export { EXPLAIN_HEADER } from './asked';
export { explaining } from './explaining';
