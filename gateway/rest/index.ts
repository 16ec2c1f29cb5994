export { readRestDocuments, type RestDocument } from './document';
export { addRestRoutes } from './router';
