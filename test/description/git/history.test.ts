// Histories of real repositories as columns: what they say of every commit equals what git says of its tree.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { blobsAt, commitScores, reachableFrom } from '../../../src/attribution/index.ts'
import { type HistorySegment, IdTable, joinSegments } from '../../../src/core/index.ts'
import {
  type KnownHistory,
  locateRepository,
  noHistory,
  openRepository,
  readHistory,
  readReferences,
} from '../../../src/description/index.ts'
import { git, gitWith, Workshop } from '../workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())

/** The history of a repository in as many segments as there are lists of tips. */
async function historyOf(path: string, steps: readonly (readonly string[])[]) {
  const repository = await openRepository(path)
  try {
    const segments: HistorySegment[] = []
    let known: KnownHistory = noHistory()
    let seen: readonly string[] = []
    for (const tips of steps) {
      const segment = await readHistory(repository.place, tips, known, seen)
      segments.push(segment)
      known = { ...known, paths: [...known.paths, ...segment.paths] }
      seen = tips
    }
    return joinSegments(segments)
  } finally {
    repository.close()
  }
}

/** What git says of a commit's tree: path and blob of every file. */
function treeOf(path: string, commit: string): [string, string][] {
  return git(path, 'ls-tree', '-r', '-z', commit)
    .split('\0')
    .flatMap((line) => {
      const [, type, blob = '', name = ''] = /^\d+ (\w+) (\w+)\t(.*)$/s.exec(line) ?? []
      return type === 'blob' ? [[name, blob] as [string, string]] : []
    })
}

const worthOf = (path: string, blob: string) => Number.parseInt(blob.slice(0, 5), 16) + path.length

function expectTreesToAgree(path: string, history: HistorySegment): void {
  const commits = new IdTable(history.commits)
  const blobs = new IdTable(history.blobs)
  const scores = commitScores(history, (file, blob) =>
    worthOf(history.paths[file] ?? '', blobs.hexAt(blob)),
  )
  const stands = history.paths.map((_, file) => blobsAt(history, file))
  const all = git(path, 'rev-list', '--all')
    .trim()
    .split('\n')
    .filter((id) => id !== '')
  expect(commits.size).toBe(all.length)
  for (const id of all) {
    const commit = commits.findHex(id)
    const tree = treeOf(path, id)
    const sum = tree.reduce((total, [name, blob]) => total + worthOf(name, blob), 0)
    expect({ id, score: scores[commit] }).toEqual({ id, score: sum })
    const standing = history.paths.flatMap((name, file) => {
      const blob = stands[file]?.[commit] ?? -1
      return blob < 0 ? [] : [[name, blobs.hexAt(blob)]]
    })
    expect(standing.sort()).toEqual(tree.sort())
  }
}

interface PlannedCommit {
  readonly parents: readonly number[]
  readonly changes: readonly (readonly [path: string, content: string | null])[]
}

const planned: fc.Arbitrary<PlannedCommit[]> = fc.array(
  fc.record({
    parents: fc.uniqueArray(fc.nat(8), { maxLength: 3 }),
    changes: fc.array(
      fc.tuple(
        fc.constantFrom('a', 'b', 'd/a', 'd/b', 'd/e/f', 'ä', ' x'),
        fc.constantFrom('1', '2', '3', null),
      ),
      { maxLength: 4 },
    ),
  }),
  { minLength: 1, maxLength: 8 },
)

/** Makes the commits; each that nothing follows gets a branch. */
function importCommits(path: string, commits: readonly PlannedCommit[]): void {
  mkdirSync(path)
  git(path, 'init', '--quiet', '--bare')
  let input = ''
  const tips = new Set<number>()
  for (const [number, { parents, changes }] of commits.entries()) {
    const own = parents.map((back) => number - 1 - back).filter((parent) => parent >= 0)
    const [first, ...others] = own
    input += `commit refs/import/${number}\nmark :${number + 1}\ncommitter A <a@b> ${1000 + (number % 3)} +0000\ndata 1\nx\n`
    if (first !== undefined) input += `from :${first + 1}\n`
    for (const other of others) input += `merge :${other + 1}\n`
    for (const [name, content] of changes) {
      input +=
        content === null ? `D "${name}"\n` : `M 100644 inline "${name}"\ndata 1\n${content}\n`
    }
    for (const parent of own) tips.delete(parent)
    tips.add(number)
  }
  gitWith(path, ['fast-import', '--quiet'], { input })
  const updates = commits.map((_, number) =>
    tips.has(number)
      ? `create refs/heads/t${number} ${git(path, 'rev-parse', `refs/import/${number}`)}`
      : '',
  )
  const removals = commits.map((_, number) => `delete refs/import/${number}\n`)
  gitWith(path, ['update-ref', '--stdin'], { input: [...updates, ...removals].join('') })
}

describe('a history', () => {
  it('gives every commit of every branch its exact tree, merges and all, read at once or bit by bit', async () => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(planned, fc.nat(), async (commits, cut) => {
        const path = workshop.path(`random-${count}`)
        count += 1
        importCommits(path, commits)
        const { tips } = await readReferences(locateRepository(path))
        const part = tips.slice(0, cut % (tips.length + 1))
        expectTreesToAgree(path, await historyOf(path, [tips]))
        expectTreesToAgree(path, await historyOf(path, [part, tips]))
        rmSync(path, { recursive: true })
      }),
      { numRuns: 12 },
    )
  })

  it('begins where a shallow clone was cut, with the whole tree there', async () => {
    const source = workshop.repository('source', { a: '1', b: '1' })
    workshop.commit(source, { a: '2' })
    workshop.commit(source, { a: '3' })
    const path = workshop.path('shallow')
    git(workshop.folder, 'clone', '--quiet', '--depth=2', `file://${source}`, path)
    const references = await readReferences(locateRepository(path))
    expect(references.shallow).toBe(true)
    const history = await historyOf(path, [references.tips])
    expect([...history.parents]).toEqual([-1, 0])
    expectTreesToAgree(path, history)
  })

  it('needs no contents, only trees', async () => {
    const source = workshop.repository('full', { a: '1', Dockerfile: 'FROM scratch\n' })
    git(source, 'config', 'uploadpack.allowFilter', 'true')
    const partial = (filter: string, name: string) => {
      const path = workshop.path(name)
      const words = ['clone', '--quiet', '--bare', `--filter=${filter}`, `file://${source}`, path]
      git(workshop.folder, ...words)
      return path
    }
    const blobless = partial('blob:none', 'blobless')
    const { tips } = await readReferences(locateRepository(blobless))
    const history = await historyOf(blobless, [tips])
    expect(history.paths).toEqual(['Dockerfile', 'a'])
    const treeless = partial('tree:0', 'treeless')
    await expect(historyOf(treeless, [tips])).rejects.toThrow('its history cannot be read')
  })

  it('leaves submodules out, and takes a change of mode for none', async () => {
    const path = workshop.repository('odd', { a: '1', 'b\n\u0001c': '2' })
    git(path, 'update-index', '--chmod=+x', 'a')
    const id = git(path, 'rev-parse', 'HEAD').trim()
    git(path, 'update-index', '--add', '--cacheinfo', `160000,${id},sub`)
    git(path, 'commit', '--quiet', '--message=x')
    const { tips } = await readReferences(locateRepository(path))
    const history = await historyOf(path, [tips])
    expect(history.paths).toEqual(['a', 'b\n\u0001c'])
    expect([...history.changeCounts]).toEqual([2, 0])
  })

  it('knows what a branch leads to, through merges', async () => {
    const path = workshop.repository('merged', { a: '1' })
    git(path, 'checkout', '--quiet', '-b', 'side')
    const side = workshop.commit(path, { b: '1' })
    git(path, 'checkout', '--quiet', 'main')
    workshop.commit(path, { c: '1' })
    git(path, 'merge', '--quiet', '--no-ff', '--no-edit', 'side')
    git(path, 'checkout', '--quiet', '-b', 'other', 'HEAD~1')
    const other = workshop.commit(path, { d: '1' })
    const { tips } = await readReferences(locateRepository(path))
    const history = await historyOf(path, [tips])
    const commits = new IdTable(history.commits)
    const main = commits.findHex(git(path, 'rev-parse', 'main').trim())
    const reached = reachableFrom(history, [main])
    expect(reached[commits.findHex(side)]).toBe(1)
    expect(reached[commits.findHex(other)]).toBe(0)
    expectTreesToAgree(path, history)
  })

  it('says so when objects are missing or damaged', async () => {
    const path = workshop.repository('damaged', { 'd/a': '1' })
    const tree = git(path, 'rev-parse', 'HEAD:d').trim()
    rmSync(join(path, '.git/objects', tree.slice(0, 2), tree.slice(2)))
    const { tips } = await readReferences(locateRepository(path))
    await expect(historyOf(path, [tips])).rejects.toThrow('its history cannot be read')
  })
})

describe('refs', () => {
  it('change their state when one moves, comes or goes, and not else', async () => {
    const path = workshop.repository('refs', { a: '1' })
    const read = async () => (await readReferences(locateRepository(path))).state
    const first = await read()
    expect(await read()).toBe(first)
    git(path, 'branch', 'side')
    const second = await read()
    expect(second).not.toBe(first)
    git(path, 'branch', '-D', 'side')
    expect(await read()).toBe(first)
    git(path, 'checkout', '--quiet', '--detach')
    expect(await read()).not.toBe(first)
  })

  it('of a bundle stand in its header: it is not unpacked', async () => {
    const path = workshop.repository('bundled', { a: '1' })
    const bundle = workshop.path('one.bundle')
    git(path, 'bundle', 'create', '--quiet', bundle, '--all', 'HEAD')
    const head = git(path, 'rev-parse', 'HEAD').trim()
    const references = await readReferences(locateRepository(bundle))
    expect(references).toMatchObject({ tips: [head], heads: [head], shallow: false })
    const broken = workshop.path('broken.bundle')
    writeFileSync(broken, '# v2 git bundle\n')
    await expect(readReferences(locateRepository(broken))).rejects.toThrow('no end')
  })

  it('are read without running what the repository configures', async () => {
    const path = workshop.repository('hostile', { a: '1' })
    const told = workshop.path('ran')
    const program = workshop.path('program')
    writeFileSync(program, `#!/bin/sh\ntouch ${told}\ncat\n`, { mode: 0o755 })
    for (const [key, value] of [
      ['core.fsmonitor', program],
      ['core.sshCommand', program],
      ['core.alternateRefsCommand', program],
      ['diff.external', program],
      ['diff.x.textconv', program],
      ['log.showSignature', 'true'],
      ['gpg.program', program],
      ['core.pager', program],
    ] as const) {
      git(path, 'config', key, value)
    }
    for (const hook of ['reference-transaction', 'post-index-change', 'post-checkout']) {
      writeFileSync(join(path, '.git/hooks', hook), `#!/bin/sh\ntouch ${told}\n`, { mode: 0o755 })
    }
    const { tips } = await readReferences(locateRepository(path))
    expect((await historyOf(path, [tips])).paths).toEqual(['a'])
    expect(existsSync(told)).toBe(false)
    expect(readdirSync(path)).toEqual(['.git', 'a'])
    expect(spawnSync(program).status).toBe(0)
    expect(existsSync(told)).toBe(true)
  })
})
