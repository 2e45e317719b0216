// The builder dialects, most telling marks first. Adding one is one file and one line here.
import type { HistoryEntry } from '../../core/index.ts'
import { buildkit } from './buildkit.ts'
import { type Dialect, type DialectContext, opaqueStep, type RecordedStep } from './dialect.ts'
import { docker } from './docker.ts'
import { foreign } from './foreign.ts'
import { commit, imported, squash } from './handmade.ts'

export type { Dialect, DialectContext, RecordedStep } from './dialect.ts'
export { recordedHash } from './docker.ts'

/** All dialects in the order in which they are asked. */
export const DIALECTS: readonly Dialect[] = [buildkit, imported, squash, foreign, docker, commit]

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

/** The dialect that instructions were most likely recorded in: that of the newest entry made by a builder. */
export function builderOf(steps: readonly RecordedStep[]): Dialect {
  const newest = steps.findLast((step) => step.maker === 'buildkit' || step.maker === 'docker')
  return newest?.maker === 'docker' ? docker : buildkit
}
