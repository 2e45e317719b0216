// Compares an image with its description: alignment, origins, changes, verdict.
export {
  type AlignmentInput,
  align,
  type ReadEntry,
  recordedInstructions,
  unaligned,
} from './align.ts'
export { type RecordedArgument, recordedArguments } from './arguments.ts'
export { type Attribution, type AttributionInput, attribute } from './attribute.ts'
export {
  type Base,
  type BaseCandidate,
  baseReference,
  chainInstructions,
  chooseBase,
  guessBase,
  isPrefix,
} from './base.ts'
export { builderOf, type Dialect, readEntry } from './dialect/index.ts'
export { type Ground, groundOf, groundOfHistory } from './ground.ts'
export type { ReadBlob } from './legacy-hash.ts'
export { movingInputs } from './moving-inputs.ts'
export { type ClaimState, Ownership } from './ownership.ts'
export { decide, isDrift, VERDICT_TABLE, type VerdictFacts } from './verdict.ts'
