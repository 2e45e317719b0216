// The verdict: a decision table over what the comparison found. The first row that holds decides.
import type {
  Change,
  Origin,
  OriginCount,
  PackageRequest,
  Reason,
  Step,
  Unknown,
  Verdict,
} from '../core/index.ts'
import { excerpt } from '../core/index.ts'
import type { Base } from './base.ts'
import { isDownload } from './moving-inputs.ts'

/** Everything the table looks at. */
export interface VerdictFacts {
  readonly unknowns: readonly Unknown[]
  readonly described: boolean
  /** Why no description is at hand, in words for the reader; '' when there is one. */
  readonly missing: string
  readonly steps: readonly Step[]
  readonly changes: readonly Change[]
  readonly origins: readonly OriginCount[]
  readonly base: Base | null
  /** The outermost FROM: a reference, `scratch`, or null. */
  readonly baseReference: string | null
  /** Verdict of the base, when it was audited itself. */
  readonly baseVerdict: Verdict | null
  /** Package requests of the stages that reach the target. */
  readonly requests: readonly PackageRequest[]
  /** Build arguments with a value that no tracked file gives: names. */
  readonly untrackedArguments: readonly string[]
  /** Build arguments that a tracked build names and whose values come from outside: sentences. */
  readonly givenArguments?: readonly string[]
  /** Jobs that make artifacts of the image, as they are declared. */
  readonly artifactJobs?: readonly string[]
  /** Other inputs of the build that may change: images without a digest, downloads without a checksum. */
  readonly movingInputs?: readonly string[]
  /** Repositories that were searched for a description, and none of them explains the image. */
  readonly searchedInVain?: readonly string[]
  /** Something names a description that is not at hand. */
  readonly named?: boolean
  /** Names a commit that a shallow clone lacks, while another was compared with; ''. */
  readonly unseenCommit?: string
  /** A maker that follows no Dockerfile built it: then `missing` says so, and no search could have found one. */
  readonly builtByOther?: boolean
}

/** One row: when it holds, and the sentences that say why. An empty list means that it does not hold. */
export interface VerdictRow {
  readonly id: string
  readonly verdict: Verdict
  readonly reasons: (facts: VerdictFacts) => readonly string[]
}

const DRIFT_ORIGINS: readonly Origin[] = [
  'context-modified',
  'context-untracked',
  'context-other-commit',
  'package-modified',
  'unexplained',
]

/** The table. A test goes through it row by row. */
export const VERDICT_TABLE: readonly VerdictRow[] = [
  {
    id: 'unreadable',
    verdict: 'unknown',
    reasons: ({ unknowns }) =>
      unknowns
        .filter((unknown) => unknown.weight === 'fatal')
        .map(
          ({ subject, place, reason }) =>
            `${[excerpt(subject, 30), excerpt(place, 60)].filter(Boolean).join(' ')}: ${reason}`,
        ),
  },
  {
    id: 'imported',
    verdict: 'orphaned',
    reasons: ({ steps, base }) =>
      wasImported(steps, base)
        ? ['it was imported from an archive of files: nothing tells how they came to be']
        : [],
  },
  {
    id: 'no-history',
    verdict: 'orphaned',
    reasons: ({ steps, described, builtByOther, named }) =>
      steps.some(tellsSomething) || described || builtByOther === true || named === true
        ? []
        : [
            'it has no history, as after an import or a build by Bazel’s rules_oci, and nobody named a description',
          ],
  },
  {
    id: 'searched',
    verdict: 'orphaned',
    reasons: ({ described, builtByOther, searchedInVain = [] }) =>
      described || builtByOther === true || searchedInVain.length === 0
        ? []
        : [
            searchedInVain.length === 1
              ? `the one repository that was searched does not explain it: ${names(searchedInVain)}`
              : `none of the ${searchedInVain.length} repositories that were searched explains it: ${names(searchedInVain)}`,
          ],
  },
  {
    id: 'other-maker',
    verdict: 'unknown',
    reasons: ({ builtByOther, missing }) => (builtByOther === true ? [missing] : []),
  },
  {
    id: 'not-described',
    verdict: 'unknown',
    reasons: ({ described, builtByOther, missing }) =>
      described || builtByOther === true
        ? []
        : [missing === '' ? 'no description was given; --source REPO names it' : missing],
  },
  {
    id: 'commit-unseen',
    verdict: 'unknown',
    reasons: ({ unseenCommit = '', steps, changes, origins }) => {
      const differs =
        stepReasons(steps).length > 0 ||
        fileReasons(changes, origins).length > 0 ||
        changes.some(({ kind }) => kind === 'setting')
      return unseenCommit !== '' && differs ? [unseenCommit] : []
    },
  },
  {
    id: 'steps',
    verdict: 'drifted',
    reasons: ({ steps }) => stepReasons(steps),
  },
  {
    id: 'files',
    verdict: 'drifted',
    reasons: ({ changes, origins }) => fileReasons(changes, origins),
  },
  {
    id: 'settings',
    verdict: 'drifted',
    reasons: ({ changes }) => {
      const settings = changes.filter((change) => change.kind === 'setting')
      return settings.length === 0
        ? []
        : [
            `${count(settings.length, 'setting')} that no instruction gives: ${names(settings.map((change) => change.subject))}`,
          ]
    },
  },
  {
    id: 'base-unknown',
    verdict: 'floating',
    reasons: ({ base, baseReference }) =>
      base !== null && base.strength !== 'guessed'
        ? []
        : [
            `the base image ${baseReference ?? ''} is not known for certain; --base IMAGE names it`.replace(
              '  ',
              ' ',
            ),
          ],
  },
  {
    id: 'base-moves',
    verdict: 'floating',
    reasons: ({ baseReference }) =>
      baseReference === null || baseReference === 'scratch' || baseReference.includes('@sha256:')
        ? []
        : [
            `FROM ${excerpt(baseReference, 80)} has no digest: the tag may name another image tomorrow`,
          ],
  },
  {
    id: 'base-verdict',
    verdict: 'floating',
    reasons: ({ baseVerdict }) =>
      baseVerdict === null || baseVerdict === 'rebuildable'
        ? []
        : [`its base image is ${baseVerdict} itself`],
  },
  {
    id: 'packages-move',
    verdict: 'floating',
    reasons: ({ requests }) => {
      const loose = requests.filter(
        (request) =>
          request.action === 'install' &&
          !request.pinned &&
          request.name !== '' &&
          !isDownload(request),
      )
      const upgrades = requests.filter((request) => request.action === 'upgrade')
      return [
        ...(loose.length === 0
          ? []
          : [
              `${count(loose.length, 'package')} without a version: ${names(loose.map((request) => request.name))}`,
            ]),
        ...upgrades.map((request) => `line ${request.line} upgrades whatever is newer that day`),
      ]
    },
  },
  {
    id: 'arguments',
    verdict: 'floating',
    reasons: ({ untrackedArguments }) =>
      untrackedArguments.length === 0
        ? []
        : [
            `${count(untrackedArguments.length, 'build argument')} with a value that no tracked file gives: ${names(untrackedArguments)}`,
          ],
  },
  {
    id: 'arguments-given',
    verdict: 'floating',
    reasons: ({ givenArguments = [] }) => givenArguments.map((text) => `build argument ${text}`),
  },
  {
    id: 'artifacts',
    verdict: 'floating',
    reasons: ({ origins, artifactJobs = [] }) => {
      const files = sumOf(origins, (origin) => origin === 'artifact')
      const jobs = artifactJobs.length === 0 ? 'a job' : names(artifactJobs)
      return files === 0 ? [] : [`${count(files, 'file')} made by ${jobs} outside of the build`]
    },
  },
  {
    id: 'inputs-move',
    verdict: 'floating',
    reasons: ({ movingInputs = [] }) =>
      movingInputs.length === 0
        ? []
        : [`${count(movingInputs.length, 'other input')} that may change: ${names(movingInputs)}`],
  },
  {
    id: 'explained',
    verdict: 'rebuildable',
    reasons: () => ['every step, file and setting is explained by the description'],
  },
]

/** The verdict, and the reasons of every row that gives the same verdict, most important first. */
export function decide(facts: VerdictFacts): {
  readonly verdict: Verdict
  readonly reasons: readonly Reason[]
} {
  const held: { row: VerdictRow; reasons: readonly string[] }[] = []
  for (const row of VERDICT_TABLE) {
    const first = held[0]
    if (first !== undefined && row.verdict !== first.row.verdict) continue
    const reasons = row.reasons(facts)
    if (reasons.length > 0) held.push({ row, reasons })
  }
  const verdict = held[0]?.row.verdict ?? 'unknown'
  const reasons = held.flatMap(({ row, reasons: texts }) =>
    texts.map((text) => ({ row: row.id, text })),
  )
  return { verdict, reasons }
}

/** True when the newest layer is an import, or the work of a hand on one, that no instruction stands on. */
function wasImported(steps: readonly Step[], base: Base | null): boolean {
  const top = steps.findLast((step) => step.layer !== null && step.maker !== 'commit')
  if (top === undefined) return false
  // an import may carry a message of its own instead of the usual comment; a commit is never the first
  const nameless = top.maker === 'unknown' && top.history === 0 && top.createdBy === ''
  if (top.maker !== 'import' && !nameless) return false
  if (top.alignment === 'untracked' || top.alignment === 'unaligned') return true
  const isGuess = base === null || base.strength === 'guessed'
  return isGuess && top.alignment === 'base' && !steps.some((step) => step.alignment === 'same')
}

/** An entry without a word tells nothing, whoever leaves such entries. */
function tellsSomething({ history, createdBy, comment, maker }: Step): boolean {
  const isNamed = comment !== '' && !['', 'import', 'unknown'].includes(maker)
  return history !== null && (createdBy !== '' || isNamed)
}

function sumOf(origins: readonly OriginCount[], fits: (origin: Origin) => boolean): number {
  return origins.filter(({ origin }) => fits(origin)).reduce((sum, { files }) => sum + files, 0)
}

function stepReasons(steps: readonly Step[]): readonly string[] {
  const reasons: string[] = []
  for (const step of steps) {
    const what = excerpt(step.createdBy || step.comment || 'a step without a command', 60)
    if (step.alignment === 'untracked') {
      const maker =
        step.maker === 'commit'
          ? 'a container changed by hand and committed'
          : 'a step that is in no tracked file'
      reasons.push(`${maker}: ${what}`)
    } else if (step.alignment === 'missing') {
      reasons.push(`line ${step.line ?? '?'} is not in the image: ${excerpt(step.text, 60)}`)
    } else if (step.alignment === 'changed') {
      reasons.push(
        `line ${step.line ?? '?'} differs from what was built: ${excerpt(step.reason, 120)}`,
      )
    }
  }
  return reasons
}

function fileReasons(
  changes: readonly Change[],
  origins: readonly OriginCount[],
): readonly string[] {
  const words: readonly (readonly [string, (change: Change) => boolean])[] = [
    ['file of a package changed', (change) => change.origin === 'package-modified'],
    ['tracked file changed', (change) => change.origin === 'context-modified'],
    ['file of another commit', (change) => change.origin === 'context-other-commit'],
    ['file that was never tracked', (change) => change.origin === 'context-untracked'],
    ['file of no origin', (change) => change.origin === 'unexplained'],
    ['package added, removed or swapped', (change) => change.kind.startsWith('package-')],
    ['account changed', (change) => change.kind === 'account'],
    ['file deleted', (change) => change.kind === 'deleted'],
    [
      'file with another mode or owner',
      (change) => change.kind === 'mode' || change.kind === 'owner',
    ],
    ['file changed', () => true],
  ]
  const left = new Set(
    changes.filter((change) => !['setting', 'step', 'argument'].includes(change.kind)),
  )
  const reasons: string[] = []
  for (const [word, fits] of words) {
    const found = [...left].filter(fits)
    for (const change of found) left.delete(change)
    if (found.length > 0)
      reasons.push(`${count(found.length, word)}: ${names(found.map((change) => change.subject))}`)
  }
  const files = sumOf(origins, isDrift)
  if (reasons.length === 0 && files > 0) reasons.push(`${count(files, 'file')} not explained`)
  return reasons
}

function count(number: number, word: string): string {
  return number === 1 ? `1 ${word}` : `${number} ${plural(word)}`
}

const NOUN = /\b(file|package|account|argument|setting|input|mode)\b/

function plural(words: string): string {
  return words.replace(NOUN, '$1s').replace(' that was ', ' that were ')
}

function names(subjects: readonly string[]): string {
  const shown = [...new Set(subjects)].slice(0, 3).map((subject) => excerpt(subject, 50))
  const rest = new Set(subjects).size - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}

/** Origins that make an image drifted; published for rules and reports. */
export function isDrift(origin: Origin): boolean {
  return DRIFT_ORIGINS.includes(origin)
}
