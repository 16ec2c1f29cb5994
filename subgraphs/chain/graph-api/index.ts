export { apiSdl } from './api-sdl';
export { createGraphApi, type GraphApi } from './graph-api';
export { createStatusApi } from './status-api';
export { graphPaths, mountGraph } from './graph-routes';
