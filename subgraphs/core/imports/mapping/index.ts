export { guessMapping, headerWords } from './guess-mapping';
export { fixedFields, isImportField, mayRepeat, type ColumnMapping, type GuessedColumn, type ImportField } from './import-field';
