// Two histories: steps that only one has. Builders word the same step differently, which is folded away.
import { readEntry, recordedText } from '../attribution/index.ts'
import type { BenignDiff, HistoryDiff, HistoryEntry, ImageFacts } from '../core/index.ts'

const SHELLS = [
  ...['/bin/bash -o pipefail -c', '/bin/ash -eo pipefail -c'],
  ...['/bin/bash -c', '/bin/ash -c', '/bin/sh -c'],
]

interface Told {
  /** The step without its builder's manner. */
  readonly key: string
  readonly text: string
}

/** Steps that only one of two histories has, in the order of the histories. */
export function diffHistory(
  a: ImageFacts,
  b: ImageFacts,
): { readonly rows: readonly HistoryDiff[]; readonly benign: readonly BenignDiff[] } {
  const [left, right] = [a.history.map(told), b.history.map(told)]
  const removed = without(left, right)
  const added = without(right, left)
  const rows = [
    ...removed.map(({ text }): HistoryDiff => ({ change: 'removed', text })),
    ...added.map(({ text }): HistoryDiff => ({ change: 'added', text })),
  ]
  const words = new Set(right.map(({ text }) => text))
  const other = left.filter((each) => !removed.includes(each) && !words.has(each.text)).length
  const benign: BenignDiff[] = []
  if (other > 0) {
    const steps = other === 1 ? '1 step' : `${other} steps`
    benign.push({ subject: 'history', reason: `builders word the same step differently: ${steps}` })
  }
  if (a.created !== b.created) benign.push({ subject: 'created', reason: 'the time of the build' })
  return { rows, benign }
}

/** Each of the first that has no partner in the second. */
function without(these: readonly Told[], those: readonly Told[]): readonly Told[] {
  const left = new Map<string, number>()
  for (const { key } of those) left.set(key, (left.get(key) ?? 0) + 1)
  return these.filter(({ key }) => {
    const count = left.get(key) ?? 0
    if (count === 0) return true
    left.set(key, count - 1)
    return false
  })
}

function told(entry: HistoryEntry): Told {
  const step = readEntry(entry, { shells: SHELLS })
  const text = entry.createdBy === '' ? entry.comment : entry.createdBy
  if (step.keyword === '') return { key: text, text }
  if (step.keyword === 'COPY' || step.keyword === 'ADD') {
    // Docker's older builder keeps a hash in the place of the sources
    const last =
      step.text
        .trim()
        .replace(/["\]]+$/, '')
        .split(/[\s",]+/)
        .at(-1) ?? ''
    const destination = (step.destination || last).replace(/(.)\/+$/, '$1')
    return { key: `${step.keyword} ${destination}`, text }
  }
  return { key: `${step.keyword} ${recordedText(step)}`, text }
}
