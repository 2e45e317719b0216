// Compares an image with its description: alignment, origins, changes, verdict.
export {
  type AlignmentInput,
  align,
  type ReadEntry,
  unaligned,
} from './align.ts'
export { type RecordedArgument, recordedArguments } from './arguments.ts'
export type { ArtifactAnswer, ArtifactOf } from './artifact-answer.ts'
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
export { realPlace } from './context.ts'
export { MAKERS, readEntry } from './dialect/index.ts'
export { GENERATED, sourceOf } from './generated.ts'
export { type Ground, groundOf, groundOfHistory } from './ground.ts'
export type { HeldImage } from './held-base.ts'
export { readHistory } from './history.ts'
export type { ReadBlob } from './legacy-hash.ts'
export { isBuiltFrom, makerNames, makerNotes, otherBuilder, otherBuilderReason } from './makers.ts'
export { movingInputs } from './moving-inputs.ts'
export { recordedText } from './normalise.ts'
export { type OutlineInput, outline } from './outline.ts'
export { type ClaimState, Ownership } from './ownership.ts'
export { isPresent, isSystem } from './package-delta.ts'
export { isEmpty, isPlain, isPrivileged, isProgram } from './scene.ts'
export { instructionMarks, MARK_VERSION, stepMarks } from './search-marks.ts'
export { blobsAt, commitScores, reachableFrom, type Weigh } from './search-score.ts'
export { LABEL_OF_BUILD } from './settings.ts'
export type { FilesOfImage } from './stage-sources.ts'
export { undecided } from './undecided.ts'
export type { ArchivedFile, MembersOf } from './unpacked.ts'
export { decide, isDrift, VERDICT_TABLE, type VerdictFacts } from './verdict.ts'
export {
  type ArchiveOf,
  type Verified,
  verifyPackages,
} from './verify-packages.ts'
