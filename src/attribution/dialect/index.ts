// The builder dialects, most telling marks first. Adding one is one file and one line here.
import type { HistoryEntry } from '../../core/index.ts'
import { buildah } from './buildah.ts'
import { buildkit } from './buildkit.ts'
import { type Dialect, type DialectContext, opaqueStep, type RecordedStep } from './dialect.ts'
import { docker } from './docker.ts'
import { commit, imported } from './handmade.ts'
import { kaniko } from './kaniko.ts'
import { MAKERS } from './makers.ts'
import { squash } from './squash.ts'

export { buildahMark, isAlike, readBuildah } from './buildah.ts'
export type { Dialect, DialectContext, RecordedStep } from './dialect.ts'
export { opaqueStep } from './dialect.ts'
export { recordedHash } from './docker.ts'
export { MAKERS } from './makers.ts'
export type { MakerDialect, MakerProfile, MakerTrace } from './profile.ts'
export { squashedEntry, squashedImages } from './squash.ts'

/** All dialects in the order in which they are asked. */
export const DIALECTS: readonly Dialect[] = [
  buildkit,
  imported,
  squash,
  kaniko,
  ...MAKERS,
  buildah,
  docker,
  commit,
]

/** Makers whose layers no description can stand behind. */
export const HANDMADE: ReadonlySet<string> = new Set(['commit', 'import'])

/** The entry as the first dialect that knows it reads it; maker `unknown` when none does. */
export function readEntry(entry: HistoryEntry, context: DialectContext): RecordedStep {
  for (const dialect of DIALECTS) {
    const step = dialect.read(entry, context)
    if (step !== null) return step
  }
  return opaqueStep('unknown', entry.createdBy)
}

/** The builders that make an image from a Dockerfile. */
const BUILDERS: readonly Dialect[] = [buildkit, docker, buildah, kaniko]

/**
 * The dialect that instructions were most likely recorded in: that of the newest entry made by a builder, of those
 * from `own` on when one of them was.
 */
export function builderOf(steps: readonly RecordedStep[], own = 0): Dialect {
  const isBuilt = ({ maker }: RecordedStep) => BUILDERS.some(({ id }) => id === maker)
  const newest = steps.slice(own).findLast(isBuilt) ?? steps.findLast(isBuilt)
  return BUILDERS.find(({ id }) => id === newest?.maker) ?? buildkit
}

/** True for steps whose text is that of the description, variables in it not expanded. */
export function isUnexpanded({ maker }: RecordedStep): boolean {
  return BUILDERS.some(({ id, unexpanded }) => id === maker && unexpanded === true)
}
