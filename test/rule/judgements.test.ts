// Rules over judgements that examples reach with difficulty: kinds of change, makers, revisions.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type {
  AuditResult,
  Change,
  Description,
  Finding,
  RevisionFact,
  Step,
  WorkTreeDifference,
} from '../../src/core/index.ts'
import { parseDockerfile } from '../../src/description/dockerfile/index.ts'
import { openInventory } from '../../src/inventory/index.ts'
import { BUILT_IN_RULES, loadFolder, runRules } from '../../src/rule/index.ts'
import {
  auditResult,
  description,
  digestFor,
  imageFacts,
  temporaryFolder,
} from '../support/inventory.ts'

const { rules } = loadFolder(BUILT_IN_RULES)

function findingsOf(
  rule: string,
  result: Partial<AuditResult>,
  revisions: readonly RevisionFact[] = [],
  described: Description | null = null,
): string[] {
  const inventory = openInventory(join(temporaryFolder(), 'inventory.db'))
  const facts = imageFacts('x', [digestFor('0'), digestFor('1')])
  inventory.putImage(facts, { distribution: null, packages: [], unknowns: [] }, () => null)
  inventory.putAudit({
    result: auditResult('x', result),
    description: described,
    revisions,
    origins: [],
    ownedFiles: [],
    inputDigest: 'i',
    ruleSet: 'r',
  })
  const one = rules.filter((candidate) => candidate.id === rule)
  const run = runRules(one, (sql, parameters) => inventory.query(sql, parameters), facts.config)
  inventory.close()
  expect(run.problems).toEqual([])
  return run.findings.map(shown)
}

function shown({ severity, subject, layer, base, message }: Finding): string {
  return `${severity} ${subject} ${layer}${base ? ' base' : ''} | ${message}`
}

function change(kind: Change['kind'], path: string, more: Partial<Change> = {}): Change {
  const empty = { origin: '' as const, owner: '', expected: '', found: '', evidence: '' }
  return { kind, subject: path, path, layer: 1, step: 1, line: null, folded: [], ...empty, ...more }
}

function step(position: number, more: Partial<Step>): Step {
  const empty = { comment: '', author: '', created: '', text: '', reason: '' }
  return {
    ...{ position, history: position, createdBy: '', layer: position, alignment: 'unaligned' },
    ...{ maker: 'buildkit', instruction: null, line: null, ...empty, ...more },
  }
}

it('I10 grades what a change gives away', () => {
  const changes = [
    change('modified', 'a', { origin: 'context-modified' }),
    change('modified', 'b', { origin: 'context-other-commit', evidence: 'commit 1234' }),
    change('mode', 'c', { expected: '0755', found: '0775' }),
    change('mode', 'd', { expected: '0755', found: '4755' }),
    change('mode', 'e', { expected: '4755', found: '6755' }),
    change('mode', 'f', { expected: '0755', found: '1777' }),
    change('mode', 'g', {
      expected: 'attributes {}',
      found: 'attributes {"security.capability":"01"}',
    }),
    change('owner', 'h', { expected: '0:0', found: '1:1' }),
    change('deleted', 'i', { origin: 'package-modified' }),
    change('added', 'j', { origin: 'unexplained' }),
    change('added', 'k/', { path: 'k', origin: 'unexplained', folded: ['k/1', 'k/2'] }),
  ]
  expect(findingsOf('I10', { changes })).toEqual([
    'error a 1 | `/a`: copied in, with bytes that are in no commit at hand',
    'error d 1 | `/d`: set-id or capability: 0755 -> 4755',
    'error g 1 | `/g`: set-id or capability: attributes {} -> attributes {"security.capability":"01"}',
    'error i 1 | `/i`: deleted',
    'error j 1 | `/j`: of no known origin',
    'error k/ 1 | `/k/`: of no known origin',
    'warning b 1 | `/b`: of another commit (commit 1234)',
    'warning c 1 | `/c`: mode 0755 -> 0775',
    'warning e 1 | `/e`: mode 4755 -> 6755',
    'warning f 1 | `/f`: mode 0755 -> 1777',
    'warning h 1 | `/h`: owner 0:0 -> 1:1',
  ])
})

it('I10 says one thing of a path, the worst, and leaves to others what is theirs', () => {
  const changes = [
    change('owner', 'a', { expected: '0:0', found: '1:1' }),
    change('mode', 'a', { expected: '0755', found: '4755' }),
    change('modified', 'b', { origin: 'package-modified' }),
    change('package-added', 'curl', { path: '' }),
    change('account', 'eve', { path: '' }),
    change('setting', 'USER', { path: '' }),
    change('step', 'RUN x', { path: '' }),
  ]
  expect(findingsOf('I10', { changes })).toEqual([
    'error a 1 | `/a`: set-id or capability: 0755 -> 4755',
  ])
  expect(findingsOf('I13', { changes })).toEqual([
    'error b 1 | `/b` is not the file of its package ',
  ])
})

it('I01 and I02 tell hands from tools, and the base from the own part', () => {
  const steps = [
    step(0, { maker: 'import', comment: 'Imported from -', alignment: 'base' }),
    step(1, { maker: 'commit', createdBy: 'bash', comment: 'fix', author: 'eve', created: '2026' }),
    step(2, { maker: 'commit', createdBy: 'bazel build //x', layer: 2 }),
    step(3, { maker: 'commit', createdBy: 'x', author: 'kaniko', layer: 3 }),
  ]
  const base = {
    reference: 'b',
    config: null,
    layers: 1,
    how: 'named',
    strength: 'proved' as const,
    verdict: null,
  }
  expect(findingsOf('I01', { steps, base })).toEqual([
    'error bash (fix) 1 | layer 1 was committed from a container by eve at 2026: `bash (fix)`',
  ])
  expect(findingsOf('I02', { steps, base })).toEqual([
    'error Imported from - 0 base | layer 0 was imported: `Imported from -`',
  ])
})

it('I04 counts the entries that made layers', () => {
  expect(findingsOf('I04', { steps: [] })).toEqual(['error image null | no history for 2 layers'])
  const steps = [step(0, {}), step(1, { layer: null }), step(2, { layer: 1, history: null })]
  expect(findingsOf('I04', { steps })).toEqual([
    'error image null | 1 history entries for 2 layers',
  ])
  expect(findingsOf('I04', { steps: [step(0, {}), step(1, {})] })).toEqual([])
})

it('T01 believes the verdict, and says what shows it', () => {
  expect(findingsOf('T01', { verdict: 'unknown', steps: [step(0, { maker: 'commit' })] })).toEqual(
    [],
  )
  expect(findingsOf('T01', { verdict: 'orphaned', steps: [step(0, { maker: 'import' })] })).toEqual(
    ['error image null | nobody could build this image again: it was imported from an archive'],
  )
  expect(findingsOf('T01', { verdict: 'orphaned', steps: [] })[0]).toContain('it has no history')
})

it('T09 and T10 name the place that names the commit', () => {
  const revision = { commit: '', dirty: false }
  const revisions: RevisionFact[] = [
    { ...revision, from: '--source', text: 'main', state: 'found' },
    { ...revision, from: 'label x', text: 'abc', state: 'missing' },
    { ...revision, from: 'label y', text: 'def', state: 'unreachable' },
    { ...revision, from: 'label z', text: 'v1', state: 'invalid' },
  ]
  expect(findingsOf('T09', {}, revisions)).toEqual([
    'error label x null | the commit `abc` (label x) is not in the repository',
  ])
  expect(findingsOf('T10', {}, revisions)).toEqual([
    'warning label y null | the commit `def` (label y) is on no branch and no tag',
  ])
})

it('T06 takes an own label, and not an empty one', () => {
  expect(findingsOf('T06', {})).toHaveLength(1)
})

function copying(sources: string, context: string, paths: readonly string[]): Description {
  const text = `FROM scratch\nCOPY ${sources} /app/\n`
  const platform = { os: 'linux', architecture: 'amd64', variant: '' }
  const options = { arguments: {}, target: null, platform, dockerfilePath: 'Dockerfile' }
  const workTree: WorkTreeDifference[] = paths.flatMap((path) => [
    { path, state: 'untracked' },
    { path, state: 'modified' },
  ])
  return description([], { dockerfile: parseDockerfile(text, options), context, workTree })
}

it.each([
  ['.', '', ['a', '.b', 'c/d'], ['.b', 'a', 'c/d']],
  ['.npmrc', '', ['.npmrc', 'npmrc'], ['.npmrc']],
  ['./src/', '', ['src/a', 'src/b/c', 'src2/a', 'src'], ['src', 'src/a', 'src/b/c']],
  ['/src', '', ['src/a'], ['src/a']],
  ['*.json', '', ['a.json', 'a/b.json', 'a.js'], ['a.json']],
  ['a?/*', '', ['ab/c', 'ab/d/e', 'a/c'], ['ab/c', 'ab/d/e']],
  ['src', 'web', ['web/src/a', 'src/a', 'web/b'], ['web/src/a']],
  ['https://example.org/x', '', ['x'], []],
  ['.', '', ['d/1', 'd/2', 'd/3', 'd/4', 'd/5', 'e'], ['d/', 'e']],
])('T03 and T04 say what COPY %s (context "%s") takes', (sources, context, paths, expected) => {
  const found = (rule: string): string[] =>
    findingsOf(rule, {}, [], copying(sources, context, paths)).map(
      (line) => line.split(' ')[1] ?? '',
    )
  expect(found('T04')).toEqual(expected)
  if (!expected.includes('d/')) expect(found('T03')).toEqual(expected)
})
