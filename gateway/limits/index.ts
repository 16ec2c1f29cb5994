export { unlimited, type Admission, type Admit, type Client } from './client-limits';
export { guardOptions, openClientLimits, operationLimits } from './from-environment';
export { guardEngine } from './guarded-engine';
