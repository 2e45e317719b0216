// Which of many descriptions explains an image best, which explain it as well, and whether that is more than
// chance.
import { byCodeUnit, parentOf } from '../core/index.ts'
import { type Candidate, netOf } from './search-evaluate.ts'

/** What a person has to see before a description is believed: so many telling steps and files. */
const ENOUGH = 1.5
/** The same when nothing speaks against it. */
export const ENOUGH_WITHOUT_EXCEPTION = 0.8

/** Score of steps that may have been changed by hand since. */
const MOST_CHANGED = -2

/** The best of each Dockerfile of each repository, best first; what holds for more commits as well is joined. */
export function ranked(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>()
  for (const one of [...candidates].sort(byRank)) {
    const key = `${one.repository.listed.store}\0${one.dockerfile}`
    const known = best.get(key)
    if (known === undefined) best.set(key, one)
    else if (isEqual(known, one) && known.context === one.context) best.set(key, joined(known, one))
  }
  return [...best.values()].sort(byRank)
}

/** Two versions of one Dockerfile that differ in nothing that shows. */
function joined(known: Candidate, other: Candidate): Candidate {
  const commits = [...new Set([...known.commits, ...other.commits])]
  const newest = known.repository.newest(commits)
  const shown = known.commits.includes(newest) ? known : other
  return { ...shown, commits }
}

/** True when nothing tells which of two explains the image better. */
export function isEqual(a: Candidate, b: Candidate): boolean {
  return compareFit(a, b) === 0
}

/** True when a candidate is more than a guess. */
export function isEnough({ aligned, files, fileEvidence }: Candidate): boolean {
  const evidence = aligned.evidence + fileEvidence
  const without = aligned.matched === aligned.of && files.contradicted === 0
  if (without && evidence >= ENOUGH_WITHOUT_EXCEPTION) return true
  if (evidence < ENOUGH) return false
  if (aligned.score > 0 || (aligned.complete && files.contradicted === 0)) return true
  // a history that says nothing leaves the files; a history that says something else is another image's
  return aligned.matched === 0 ? filesCarry(files) : aligned.score >= MOST_CHANGED
}

/** True when a candidate may be the description all the same: what it lacks is evidence, or a part of it. */
export function isNear({ aligned, files }: Candidate): boolean {
  return aligned.matched * 2 >= aligned.of || (files.proved >= 2 && filesOutweigh(files))
}

function filesOutweigh({ proved, contradicted }: Candidate['files']): boolean {
  return proved > contradicted
}

function filesCarry(files: Candidate['files']): boolean {
  return files.proved >= 3 && filesOutweigh(files)
}

/** Steps first, then files. */
function compareFit(a: Candidate, b: Candidate): number {
  return (
    b.aligned.score - a.aligned.score ||
    netOf(b.files) - netOf(a.files) ||
    a.files.contradicted - b.files.contradicted
  )
}

/** What fits, and of equals the simplest: the usual folder as context, the shortest path. */
function byRank(a: Candidate, b: Candidate): number {
  return (
    compareFit(a, b) ||
    Number(isOnDefaultBranch(b)) - Number(isOnDefaultBranch(a)) ||
    Number(isBeside(b)) - Number(isBeside(a)) ||
    a.dockerfile.length - b.dockerfile.length ||
    byCodeUnit(a.dockerfile, b.dockerfile) ||
    byCodeUnit(a.context, b.context) ||
    byCodeUnit(a.repository.listed.path, b.repository.listed.path)
  )
}

function isBeside({ context, dockerfile }: Candidate): boolean {
  return context === parentOf(dockerfile)
}

function isOnDefaultBranch({ repository, commits }: Candidate): boolean {
  return commits.some((commit) => repository.isReachable(commit))
}
