// Checkouts as CI makes them: one commit deep, on a detached merge commit. What they do not tell is unknown, and
// no rule takes it for a fault.
import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRepository, readRevision } from '../../src/description/index.ts'
import { BUILT_IN_RULES } from '../../src/rule/index.ts'
import { git } from '../description/workshop.ts'
import { DOCKERFILE, FindWorkshop } from './find-workshop.ts'

const workshop = new FindWorkshop()
afterAll(() => workshop.remove())

let origin = ''
let base = ''
let head = ''
let merge = ''
let lost = ''

beforeAll(() => {
  origin = workshop.repository('origin', { Dockerfile: DOCKERFILE, app: 'one\n' })
  base = git(origin, 'rev-parse', 'HEAD').trim()
  git(origin, 'checkout', '--quiet', '-b', 'feature')
  head = workshop.commit(origin, { app: 'two\n' })
  // What GitHub makes of a pull request: a merge commit on no branch, kept by a ref of its own.
  git(origin, 'checkout', '--quiet', '--detach', 'main')
  git(origin, 'merge', '--quiet', '--no-ff', '-m', 'Merge', 'feature')
  merge = git(origin, 'rev-parse', 'HEAD').trim()
  git(origin, 'update-ref', 'refs/pull/1/merge', merge)
  git(origin, 'update-ref', 'refs/pipelines/7', merge)
  git(origin, 'checkout', '--quiet', 'main')
  lost = workshop.commit(origin, { app: 'lost\n' })
  git(origin, 'reset', '--quiet', '--hard', base)
  git(origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
})

/** A checkout by the words of actions/checkout, or of GitLab's runner, which keeps no remote branch. */
function checkout(name: string, refspec: string, commit: string, depth: string[]): string {
  const root = workshop.path(name)
  mkdirSync(root)
  git(root, 'init', '--quiet')
  git(root, 'remote', 'add', 'origin', `file://${origin}`)
  git(root, 'fetch', '--quiet', '--no-tags', ...depth, 'origin', refspec)
  git(root, 'checkout', '--quiet', '--detach', commit)
  return root
}

const ONE = ['--depth=1']
const PULL = '+refs/pull/1/merge:refs/remotes/pull/1/merge'
const PIPELINE = '+refs/pipelines/7:refs/pipelines/7'

async function states(root: string, ...texts: string[]): Promise<string[]> {
  const repository = await openRepository(root)
  try {
    const facts = await Promise.all(texts.map((text) => readRevision(repository, 'label', text)))
    return facts.map(({ state }) => state)
  } finally {
    repository.close()
  }
}

/** Findings of the rules that a checkout might lead astray. */
async function findings(root: string, revision: string, content = 'two\n') {
  const labels = { 'org.opencontainers.image.revision': revision }
  const image = await workshop.image({ content, labels })
  const result = await workshop.audit(image, { source: root, rules: [BUILT_IN_RULES] })
  const wanted = ['T03', 'T05', 'T09', 'T10']
  return {
    rules: result.findings.map(({ rule }) => rule).filter((rule) => wanted.includes(rule)),
    unknown: result.unknown.map(({ reason }) => reason).filter((text) => text.includes('shallow')),
    revision: result.description?.revision,
  }
}

describe('revisions', () => {
  it('in a whole clone are found, missing or unreachable', async () => {
    expect(await states(origin, merge, head, lost, 'f'.repeat(40))).toEqual([
      'unreachable',
      'found',
      'unreachable',
      'missing',
    ])
  })

  it('in a shallow one are found or undecided', async () => {
    const root = checkout('states', PIPELINE, merge, ONE)
    expect(await states(root, merge, head, base, 'f'.repeat(40), 'main')).toEqual([
      'undecided',
      'undecided',
      'undecided',
      'undecided',
      'invalid',
    ])
    const kept = checkout('kept', PULL, merge, ONE)
    expect(await states(kept, merge, head)).toEqual(['found', 'undecided'])
  })
})

describe('a checkout one commit deep', () => {
  it.each([
    ['actions/checkout of a pull request', PULL],
    ['a runner that keeps no branch', PIPELINE],
  ])('%s: no finding, whichever commit the image names', async (_, refspec) => {
    const root = checkout(`ci-${refspec.length}`, refspec, merge, ONE)
    for (const revision of [merge, head, base, head.slice(0, 12)]) {
      const { rules } = await findings(root, revision)
      expect(rules).toEqual([])
    }
  })

  it('says what it cannot tell, and the line of configuration that would', async () => {
    const root = checkout('unknown', PIPELINE, merge, ONE)
    const named = await findings(root, head)
    expect(named.revision).toBe(merge)
    expect(named.unknown).toHaveLength(1)
    expect(named.unknown[0]).toMatch(
      new RegExp(`whether the commit ${head.slice(0, 12)} exists cannot be told .*fetch-depth: 0`),
    )
    const own = await findings(root, merge)
    expect(own.unknown[0]).toMatch(
      new RegExp(`whether a branch or tag leads to ${merge.slice(0, 12)} cannot be told`),
    )
  })

  it('a file that is not of this commit may be of another', async () => {
    const root = checkout('content', PULL, merge, ONE)
    const { unknown } = await findings(root, merge, 'one\n')
    expect(unknown.join('\n')).toMatch(/other commits cannot be looked into; .*fetch-depth: 0/)
    expect((await findings(root, merge)).unknown).toEqual([])
  })

  it('a Dockerfile changed in the checkout is still found dirty', async () => {
    const root = checkout('dirty', PULL, merge, ONE)
    workshop.write(root, { Dockerfile: `${DOCKERFILE}LABEL a=b\n` })
    expect((await findings(root, merge)).rules).toEqual(['T03'])
  })
})

describe('a checkout with the whole history', () => {
  it('finds what is missing and what is on no branch', async () => {
    const root = checkout('whole', '+refs/heads/*:refs/remotes/origin/*', base, [])
    git(root, 'fetch', '--quiet', 'origin', lost)
    expect((await findings(root, 'f'.repeat(40))).rules).toEqual(['T09'])
    expect((await findings(root, lost, 'lost\n')).rules).toEqual(['T10'])
    expect((await findings(root, head)).rules).toEqual([])
  })
})
