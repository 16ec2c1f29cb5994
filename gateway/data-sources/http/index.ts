export { createHttpDataSource } from './http-data-source';
