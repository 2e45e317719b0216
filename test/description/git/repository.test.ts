import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  loadDescription,
  openRepository,
  type Repository,
  readRevision,
} from '../../../src/description/index.ts'
import { GIT_ENVIRONMENT, git, gitWith, Workshop } from '../workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())

const REQUEST = { revision: null, dockerfile: null, context: null, target: null, arguments: {} }
const FILES = { Dockerfile: 'FROM scratch\nCOPY . /\n', app: '1' }

async function using<T>(path: string, use: (repository: Repository) => Promise<T>): Promise<T> {
  const repository = await openRepository(path)
  try {
    return await use(repository)
  } finally {
    repository.close()
  }
}

const load = (path: string, revision: string | null = null) =>
  using(path, (repository) => loadDescription(repository, { ...REQUEST, revision }))

describe('kinds of repositories', () => {
  const source = workshop.repository('source', FILES)
  const head = git(source, 'rev-parse', 'HEAD').trim()
  const paths = { commit: head, files: ['Dockerfile', 'app'] }
  const seen = async (path: string) => {
    const { revision, files } = await load(path)
    return { commit: revision.commit, files: [...files.keys()] }
  }

  it('are a bare one, one whose .git is a file, a further work tree, and one with packed refs', async () => {
    const bare = workshop.path('bare.git')
    git(workshop.folder, 'clone', '--quiet', '--bare', source, bare)
    expect(await seen(bare)).toEqual(paths)
    const moved = workshop.path('moved')
    git(workshop.folder, 'clone', '--quiet', source, moved)
    git(moved, 'init', '--quiet', `--separate-git-dir=${workshop.path('elsewhere')}`)
    expect(await seen(moved)).toEqual(paths)
    const second = workshop.path('second')
    git(source, 'worktree', 'add', '--quiet', second, 'HEAD')
    expect(await seen(second)).toEqual(paths)
    writeFileSync(join(second, 'new'), '1')
    expect((await load(second)).workTree).toEqual([{ path: 'new', state: 'untracked' }])
    git(bare, 'pack-refs', '--all')
    expect(await seen(bare)).toEqual(paths)
    const borrowing = workshop.path('borrowing')
    git(workshop.folder, 'clone', '--quiet', '--shared', source, borrowing)
    expect(await seen(borrowing)).toEqual(paths)
    expect((await load(borrowing)).workTree).toEqual([])
  })

  it('are bundles: of all, of HEAD alone, of one branch, of several without HEAD', async () => {
    const other = workshop.repository('other', FILES)
    git(other, 'branch', 'side')
    const last = workshop.commit(other, { app: '2' })
    const bundle = (name: string, ...what: string[]) => {
      git(other, 'bundle', 'create', '--quiet', workshop.path(name), ...what)
      return workshop.path(name)
    }
    const all = await load(bundle('all.bundle', '--all'))
    expect(all.revision).toMatchObject({ commit: last, state: 'found' })
    const alone = await load(bundle('head.bundle', 'HEAD'))
    expect(alone.revision).toMatchObject({ commit: last, state: 'found' })
    const side = await load(bundle('side.bundle', 'side'))
    expect(side.revision.commit).not.toBe(last)
    const both = await load(bundle('both.bundle', 'side', 'main'))
    expect(both.revision.commit).toBe(last)
    git(other, 'branch', '-m', 'main', 'trunk')
    const unclear = bundle('unclear.bundle', 'side', 'trunk')
    await expect(load(unclear)).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('side, trunk'),
    })
    expect((await load(unclear, 'trunk')).revision.commit).toBe(last)
  })

  it('leave nothing behind when a bundle is closed', async () => {
    const before = bundles()
    const path = workshop.path('closed.bundle')
    git(source, 'bundle', 'create', '--quiet', path, '--all')
    await using(path, async () => {
      expect(bundles().length).toBe(before.length + 1)
    })
    expect(bundles()).toEqual(before)
  })

  it('may be shallow', async () => {
    const shallow = workshop.path('shallow')
    workshop.commit(source, { app: '2' })
    git(workshop.folder, 'clone', '--quiet', '--depth=1', `file://${source}`, shallow)
    expect((await load(shallow)).revision.state).toBe('found')
    await expect(load(shallow, head)).rejects.toMatchObject({
      code: 'source',
      message: `there is no revision "${head}" in ${shallow}`,
    })
  })
})

const bundles = () => readdirSync(tmpdir()).filter((name) => name.startsWith('assay-bundle-'))

describe('what is no repository', () => {
  it('is told in one line', async () => {
    const inside = workshop.repository('inside', { 'folder/x': '1' })
    const plain = workshop.path('plain')
    mkdirSync(plain)
    const text = workshop.path('text')
    writeFileSync(text, 'x')
    const half = workshop.path('half.bundle')
    git(inside, 'bundle', 'create', '--quiet', half, 'HEAD')
    const bytes = execFileSync('cat', [half])
    writeFileSync(half, bytes.subarray(0, bytes.length - 30))
    const cases: [string, string][] = [
      [workshop.path('nowhere'), 'no such repository'],
      [plain, 'not a git repository'],
      [text, 'a file that is no git bundle'],
      [join(inside, 'folder'), `it lies in the one at ${inside}`],
      [half, 'the bundle cannot be read'],
      ['https://example.org/x.git', 'nothing is cloned'],
      ['git@example.org:x.git', 'nothing is cloned'],
      ['/dev/null', 'neither a folder nor a file'],
    ]
    for (const [path, message] of cases) {
      await expect(openRepository(path)).rejects.toMatchObject({
        code: 'source',
        message: expect.stringContaining(message),
      })
    }
  })

  it('may be broken, or name its objects by sha256', async () => {
    const broken = workshop.repository('broken', FILES)
    writeFileSync(join(broken, '.git/config'), '[core\nnot a config')
    await expect(openRepository(broken)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('the repository cannot be read'),
    })
    const objects = workshop.repository('objects', FILES)
    rmSync(join(objects, '.git/objects'), { recursive: true })
    mkdirSync(join(objects, '.git/objects'))
    await expect(load(objects)).rejects.toMatchObject({ code: 'source' })
    const sha256 = workshop.path('sha256')
    mkdirSync(sha256)
    git(sha256, 'init', '--quiet', '--object-format=sha256')
    await expect(openRepository(sha256)).rejects.toMatchObject({
      code: 'source',
      message: 'the repository names its objects by sha256, not by sha1',
    })
  })

  it('is told when git is not installed', async () => {
    const root = workshop.repository('gitless', FILES)
    await expect(openRepository(root, { programPath: '/nonexistent' })).rejects.toMatchObject({
      message: 'the program git is not installed',
    })
  })
})

describe('repositories of strangers', () => {
  it.skipIf(process.getuid?.() !== 0)('may belong to another user', async () => {
    const root = workshop.repository('theirs', FILES)
    for (const name of ['', '.git', 'Dockerfile', 'app'])
      chownSync(join(root, name), 65_534, 65_534)
    expect(spawnSync('git', ['status'], { cwd: root, env: GIT_ENVIRONMENT }).status).toBe(128)
    expect((await load(root)).files.size).toBe(2)
  })

  it('run nothing that their configuration, attributes or hooks name', async () => {
    const canary = workshop.path('canary')
    const program = workshop.path('program')
    workshop.write(workshop.folder, { program: { program: `#!/bin/sh\ntouch ${canary}\ncat\n` } })
    const root = workshop.repository('hostile', {
      ...FILES,
      '.gitattributes': '* filter=evil diff=evil merge=evil\n',
    })
    workshop.commit(root, { app: '2' })
    const included = workshop.path('included')
    writeFileSync(included, `[core]\n\tfsmonitor = ${program}\n\tpager = ${program}\n`)
    const settings = {
      'core.fsmonitor': program,
      'core.pager': program,
      'core.editor': program,
      'core.sshCommand': program,
      'core.gitProxy': program,
      'core.askPass': program,
      'core.alternateRefsCommand': program,
      'core.hooksPath': workshop.path('hooks'),
      'include.path': included,
      'filter.evil.clean': program,
      'filter.evil.smudge': program,
      'filter.evil.process': program,
      'filter.evil.required': 'true',
      'diff.external': program,
      'diff.evil.command': program,
      'diff.evil.textconv': program,
      'pager.log': program,
      'pager.ls-tree': program,
      'gpg.program': program,
      'log.showSignature': 'true',
      'credential.helper': `!${program}`,
      'alias.log': `!${program}`,
      'alias.ls-tree': `!${program}`,
      'trace2.eventTarget': canary,
      'uploadpack.packObjectsHook': program,
    }
    for (const [name, value] of Object.entries(settings)) git(root, 'config', '--add', name, value)
    const hooks = ['post-index-change', 'reference-transaction', 'pre-auto-gc', 'post-checkout']
    workshop.write(
      workshop.path('.'),
      Object.fromEntries(
        hooks.map((name) => [`hooks/${name}`, { program: `#!/bin/sh\ntouch ${canary}\n` }]),
      ),
    )
    writeFileSync(join(root, 'app'), 'changed')
    rmSync(canary, { force: true })
    // git itself falls for it: the trap works
    spawnSync('git', ['status'], { cwd: root, env: GIT_ENVIRONMENT })
    expect(existsSync(canary)).toBe(true)
    rmSync(canary)
    await using(root, async (repository) => {
      const { workTree, files } = await loadDescription(repository, REQUEST)
      expect(workTree).toEqual([{ path: 'app', state: 'unchecked' }])
      await repository.sightings([...files.values()].map((file) => file.blob))
      await repository.lastCommit('HEAD', 'app')
      await readRevision(repository, 'label', 'main')
    })
    expect(existsSync(canary)).toBe(false)
  })

  it('fetch nothing in a partial clone, and name the content that is missing', async () => {
    const canary = workshop.path('fetched')
    workshop.write(workshop.folder, { transport: { program: `#!/bin/sh\ntouch ${canary}\n` } })
    const source = workshop.repository('whole', FILES)
    git(source, 'config', 'uploadpack.allowFilter', 'true')
    const partial = workshop.path('partial')
    git(
      workshop.folder,
      'clone',
      '--quiet',
      '--no-checkout',
      '--filter=blob:none',
      `file://${source}`,
      partial,
    )
    const before = git(partial, 'count-objects', '-v')
    for (const url of [`file://${source}`, `ext::${workshop.path('transport')} %S`]) {
      git(partial, 'config', 'remote.origin.url', url)
      git(partial, 'config', 'protocol.ext.allow', 'always')
      git(partial, 'config', 'remote.origin.uploadpack', workshop.path('transport'))
      await expect(load(partial, 'main')).rejects.toMatchObject({
        code: 'source',
        message: expect.stringMatching(
          /^the content of Dockerfile \([0-9a-f]{40}\) is not in the repository$/,
        ),
      })
    }
    expect(git(partial, 'count-objects', '-v')).toBe(before)
    expect(existsSync(canary)).toBe(false)
  })

  it('ask no submodule', async () => {
    const canary = workshop.path('submodule-canary')
    workshop.write(workshop.folder, { monitor: { program: `#!/bin/sh\ntouch ${canary}\n` } })
    const inner = workshop.repository('inner', { x: '1' })
    const root = workshop.repository('outer', FILES)
    git(root, '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', inner, 'sub')
    git(root, 'commit', '--quiet', '--message=sub')
    git(join(root, 'sub'), 'config', 'core.fsmonitor', workshop.path('monitor'))
    await load(root)
    expect(existsSync(canary)).toBe(false)
  })
})

describe('history', () => {
  it('shows where blobs were tracked, over a thousand commits, all branches and merges', async () => {
    const root = workshop.path('long')
    mkdirSync(root)
    git(root, 'init', '--quiet', '--initial-branch=main')
    gitWith(root, ['fast-import', '--quiet'], { input: longHistory(1000) })
    await using(root, async (repository) => {
      const id = (text: string) => gitWith(root, ['hash-object', '--stdin'], { input: text }).trim()
      const asked = { '7': id('7'), '999': id('999'), side: id('side'), never: id('never') }
      const found = await repository.sightings(Object.values(asked))
      const at = (revision: string) => git(root, 'rev-parse', revision).trim()
      expect(found.get(asked['7'])).toEqual({
        blob: asked['7'],
        path: 'dir/file 7',
        commit: at('main~992'),
        date: '2026-01-01T00:00:07Z',
      })
      expect(found.get(asked['999'])?.commit).toBe(at('main'))
      expect(found.get(asked.side)).toMatchObject({ path: 'side\u00e9', commit: at('side') })
      expect(found.has(asked.never)).toBe(false)
      expect(await repository.lastCommit(at('main'), 'dir/file 7')).toMatchObject({
        commit: at('main~992'),
        author: 'A',
        subject: 'c7',
      })
      expect(await repository.lastCommit(at('main'), 'nowhere')).toBeNull()
    })
  })

  it('shows what only a merge brought, whatever the configuration says of merges', async () => {
    const root = workshop.repository('merged', FILES)
    git(root, 'checkout', '--quiet', '-b', 'side')
    workshop.commit(root, { side: '1' })
    git(root, 'checkout', '--quiet', 'main')
    workshop.commit(root, { main: '1' })
    git(root, 'merge', '--quiet', '--no-commit', 'side')
    const merge = workshop.commit(root, { app: 'only in the merge' })
    git(root, 'config', 'log.diffMerges', 'off')
    git(root, 'config', 'color.ui', 'always')
    const blob = git(root, 'rev-parse', 'HEAD:app').trim()
    await using(root, async (repository) => {
      expect((await repository.sightings([blob])).get(blob)).toMatchObject({
        path: 'app',
        commit: merge,
      })
    })
  })

  it('knows a commit on no branch, and blobs of a revision that only it has', async () => {
    const root = workshop.repository('reset', FILES)
    const lost = workshop.commit(root, { app: 'lost' })
    const blob = git(root, 'rev-parse', 'HEAD:app').trim()
    git(root, 'reset', '--quiet', '--hard', 'HEAD~1')
    await using(root, async (repository) => {
      expect((await repository.sightings([blob])).size).toBe(0)
    })
    await using(root, async (repository) => {
      const { revision } = await loadDescription(repository, { ...REQUEST, revision: lost })
      expect(revision.state).toBe('unreachable')
      expect((await repository.sightings([blob])).get(blob)?.commit).toBe(lost)
    })
    git(root, 'tag', 'kept', lost)
    expect((await load(root, lost)).revision.state).toBe('found')
  })
})

function longHistory(commits: number): string {
  const lines: string[] = []
  const commit = (branch: string, index: number, path: string, text: string) => {
    const who = `A <a@example.org> ${1_767_225_600 + index} +0000`
    lines.push(
      `commit refs/heads/${branch}`,
      `mark :${lines.length + 1}`,
      `author ${who}`,
      `committer ${who}`,
    )
    lines.push(`data ${`c${index}`.length}`, `c${index}`)
    if (branch === 'side') lines.push('from refs/heads/main')
    lines.push(`M 100644 inline ${path}`, `data ${Buffer.byteLength(text)}`, text)
  }
  for (let index = 0; index < commits; index += 1) {
    commit('main', index, `"dir/file ${index}"`, String(index))
  }
  commit('side', commits, 'side\u00e9', 'side')
  return `${lines.join('\n')}\n`
}
