export { readTable } from './read-table';
export { detectKind, KIND_BYTES } from './kind';
export { defaultLimits, tableKinds, type ReadOptions, type SourceRow, type TableKind, type TableLimits, type TableNotice } from './source-table';
export { TableError, tableFaults, type TableFault } from './table-error';
