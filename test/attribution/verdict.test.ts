// The decision table, row by row: what makes each row decide, and that an earlier one goes before it.
import { describe, expect, it } from 'vitest'
import { decide, isDrift, VERDICT_TABLE, type VerdictFacts } from '../../src/attribution/verdict.ts'
import type { Change, Origin, PackageRequest, Step, Verdict } from '../../src/core/index.ts'

const step = (more: Partial<Step>): Step => ({
  position: 0,
  history: 0,
  createdBy: 'RUN make # buildkit',
  created: '',
  comment: '',
  author: '',
  layer: 0,
  alignment: 'same',
  maker: 'buildkit',
  instruction: 1,
  line: 2,
  text: 'RUN make',
  reason: '',
  ...more,
})

const change = (more: Partial<Change>): Change => ({
  kind: 'modified',
  subject: 'etc/x',
  path: 'etc/x',
  origin: 'unexplained',
  layer: 1,
  step: 1,
  line: null,
  owner: '',
  expected: '',
  found: '',
  evidence: '',
  folded: [],
  ...more,
})

const request = (more: Partial<PackageRequest>): PackageRequest => ({
  instruction: 1,
  command: 0,
  line: 2,
  manager: 'apt',
  action: 'install',
  name: 'curl',
  constraint: '',
  pinned: false,
  options: [],
  ...more,
})

/** An image about which nothing is left to say. */
const GOOD: VerdictFacts = {
  unknowns: [],
  described: true,
  missing: '',
  steps: [step({})],
  changes: [],
  origins: [{ origin: 'package', strength: 'consistent', files: 3, bytes: 9 }],
  base: {
    reference: 'debian:12',
    config: null,
    layers: 1,
    entries: 1,
    how: 'given by --base',
    strength: 'proved',
  },
  baseReference: 'debian:12@sha256:0123',
  baseVerdict: 'rebuildable',
  requests: [request({ pinned: true, constraint: '=1' })],
  untrackedArguments: [],
}

const imported = step({
  maker: 'import',
  createdBy: '',
  comment: 'Imported from -',
  alignment: 'untracked',
  instruction: null,
})
const fatal = {
  subject: 'var/lib/dpkg/status',
  place: '',
  reader: 'catalog',
  reason: 'is not in the image',
  weight: 'fatal' as const,
}

interface Row {
  readonly id: string
  readonly verdict: Verdict
  readonly facts: Partial<VerdictFacts>
  /** A part of the sentence that a reader gets. */
  readonly says: string
}

/** Each row of the table with facts that make it, and no row above it, decide. */
const ROWS: readonly Row[] = [
  {
    id: 'unreadable',
    verdict: 'unknown',
    facts: { unknowns: [fatal] },
    says: 'is not in the image',
  },
  { id: 'imported', verdict: 'orphaned', facts: { steps: [imported] }, says: 'imported' },
  {
    id: 'no-history',
    verdict: 'orphaned',
    facts: { steps: [], described: false },
    says: 'no history',
  },
  {
    id: 'searched',
    verdict: 'orphaned',
    facts: { described: false, searchedInVain: ['a', 'b'] },
    says: 'none of the 2 repositories that were searched explains it: a, b',
  },
  {
    id: 'other-maker',
    verdict: 'unknown',
    facts: { described: false, builtByOther: true, missing: 'Jib built it', searchedInVain: ['a'] },
    says: 'Jib built it',
  },
  {
    id: 'not-described',
    verdict: 'unknown',
    facts: { described: false, missing: 'pass --source' },
    says: 'pass --source',
  },
  {
    id: 'commit-unseen',
    verdict: 'unknown',
    facts: {
      unseenCommit: 'the label names a commit that a shallow clone lacks',
      steps: [step({ alignment: 'missing', history: null, layer: null })],
    },
    says: 'a shallow clone lacks',
  },
  {
    id: 'steps',
    verdict: 'drifted',
    facts: { steps: [step({ alignment: 'missing', history: null, layer: null })] },
    says: 'line 2 is not in the image',
  },
  {
    id: 'files',
    verdict: 'drifted',
    facts: { changes: [change({ origin: 'package-modified' })] },
    says: '1 file of a package changed: etc/x',
  },
  {
    id: 'settings',
    verdict: 'drifted',
    facts: { changes: [change({ kind: 'setting', subject: 'Env A', path: '', origin: '' })] },
    says: '1 setting that no instruction gives: Env A',
  },
  { id: 'base-unknown', verdict: 'floating', facts: { base: null }, says: '--base IMAGE' },
  {
    id: 'base-moves',
    verdict: 'floating',
    facts: { baseReference: 'debian:12' },
    says: 'has no digest',
  },
  { id: 'base-verdict', verdict: 'floating', facts: { baseVerdict: 'drifted' }, says: 'drifted' },
  { id: 'packages-move', verdict: 'floating', facts: { requests: [request({})] }, says: 'curl' },
  {
    id: 'arguments',
    verdict: 'floating',
    facts: { untrackedArguments: ['VERSION'] },
    says: 'VERSION',
  },
  {
    id: 'arguments-given',
    verdict: 'floating',
    facts: { givenArguments: ['BUILD is given at build time (.gitlab-ci.yml:8)'] },
    says: 'build argument BUILD is given at build time (.gitlab-ci.yml:8)',
  },
  {
    id: 'artifacts',
    verdict: 'floating',
    facts: { origins: [{ origin: 'artifact', strength: 'claimed', files: 2, bytes: 9 }] },
    says: '2 files made by a job',
  },
  {
    id: 'inputs-move',
    verdict: 'floating',
    facts: { movingInputs: ['golang:1'] },
    says: 'golang:1',
  },
  { id: 'explained', verdict: 'rebuildable', facts: {}, says: 'explained' },
]

describe('the decision table', () => {
  it('has a test for every row, in its order', () => {
    expect(ROWS.map(({ id }) => id)).toEqual(VERDICT_TABLE.map(({ id }) => id))
  })

  it.each(ROWS)('$id: $verdict', ({ id, verdict, facts, says }) => {
    const found = decide({ ...GOOD, ...facts })
    expect(found.verdict).toBe(verdict)
    expect(found.reasons[0]?.row).toBe(id)
    expect(found.reasons[0]?.text).toContain(says)
  })

  it('the first row that holds decides, whatever else is true', () => {
    const all = Object.assign({}, ...[...ROWS].reverse().map(({ facts }) => facts))
    expect(decide({ ...GOOD, ...all }).verdict).toBe('unknown')
    expect(decide({ ...GOOD, ...all, unknowns: [] }).verdict).toBe('orphaned')
  })

  it('reasons are those of one verdict, and no sentence is empty', () => {
    const { reasons } = decide({
      ...GOOD,
      steps: [step({ alignment: 'untracked', maker: 'commit', createdBy: 'bash' })],
      changes: [change({}), change({ kind: 'setting', origin: '', path: '' })],
      requests: [request({})],
    })
    expect(reasons.map(({ row }) => row)).toEqual(['steps', 'files', 'settings'])
    expect(decide({ ...GOOD, described: false, missing: '' }).reasons[0]?.text).not.toBe('')
  })
})

describe('drift', () => {
  it('an image without a history is not orphaned while something names its description', () => {
    const facts = { ...GOOD, described: false, missing: 'clone it', steps: [], named: true }
    expect(decide(facts).verdict).toBe('unknown')
    expect(decide({ ...facts, named: false }).verdict).toBe('orphaned')
  })

  it('a commit that a shallow clone lacks is of no matter where HEAD explains the image', () => {
    expect(decide({ ...GOOD, unseenCommit: 'the label names another' }).verdict).toBe('rebuildable')
  })

  it.each<Origin>([
    'context-modified',
    'context-untracked',
    'context-other-commit',
    'package-modified',
    'unexplained',
  ])('%s is one, even without a change that tells it', (origin) => {
    expect(isDrift(origin)).toBe(true)
    const origins = [{ origin, strength: 'guessed' as const, files: 1, bytes: 1 }]
    expect(decide({ ...GOOD, origins }).verdict).toBe('drifted')
  })

  it.each(['untracked', 'missing', 'changed'] as const)('a step that is %s is one', (alignment) => {
    expect(decide({ ...GOOD, steps: [step({ alignment })] }).verdict).toBe('drifted')
  })

  it.each(['added', 'deleted', 'mode', 'owner', 'account', 'package-removed'] as const)(
    'a change of kind %s is one',
    (kind) => {
      const changes = [change({ kind, origin: '' })]
      expect(decide({ ...GOOD, changes }).verdict).toBe('drifted')
    },
  )

  it('a step at another place is none', () => {
    expect(decide({ ...GOOD, steps: [step({ alignment: 'reordered' })] }).verdict).toBe(
      'rebuildable',
    )
  })
})

describe('an imported image', () => {
  it('is orphaned also when the import has a message, or a hand changed it since', () => {
    const named = {
      ...imported,
      maker: 'unknown',
      comment: 'our web server',
      alignment: 'unaligned',
    }
    const without: Partial<VerdictFacts> = { described: false, base: null }
    expect(
      decide({ ...GOOD, ...without, steps: [{ ...named, alignment: 'unaligned' }] }).verdict,
    ).toBe('orphaned')
    const hand = step({ maker: 'commit', createdBy: 'bash', alignment: 'unaligned', layer: 1 })
    const first = { ...imported, alignment: 'unaligned' as const }
    expect(decide({ ...GOOD, ...without, steps: [first, hand] }).verdict).toBe('orphaned')
  })

  it('is none when a build stands on it', () => {
    const base = { ...imported, alignment: 'base' as const }
    expect(decide({ ...GOOD, steps: [base, step({ layer: 1 })] }).verdict).toBe('rebuildable')
    expect(decide({ ...GOOD, steps: [base, step({ layer: null })] }).verdict).toBe('rebuildable')
  })

  it('is orphaned when a description was given that has nothing to do with it', () => {
    const base = { ...imported, alignment: 'base' as const }
    const missing = step({ alignment: 'missing', history: null, layer: null })
    expect(decide({ ...GOOD, base: null, steps: [base, missing] }).verdict).toBe('orphaned')
  })
})
