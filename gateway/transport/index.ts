export { TransportError, nothingWasSent, type Transport, type TransportFailure, type TransportRequest, type TransportResponse } from './transport';
export { createUndiciTransport } from './undici-transport';
export { shareReads } from './shared-reads';
