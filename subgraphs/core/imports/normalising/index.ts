export { normaliseRow } from './normalise-row';
export { DateOrderDetector, type DateVerdict } from './date-order-detector';
export { birthDate } from './dates';
export { asciiDigits } from './digits';
export { phoneNumber } from './phones';
export { yesOrNo } from './words';
export { neutraliseFormula } from './formula';
export type { DateOrder, ImportedPerson, NormalisedRow, NormaliseSettings } from './imported-person';
export { rowProblem, rowProblems, type ProblemCode, type RowProblem } from './row-problem';
