export { alone, workerPlace, type Place, type SwapTurn } from './place';
export { startWorkers, type WorkersOptions } from './primary';
