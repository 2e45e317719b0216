import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  type DescriptionSource,
  loadDescription,
  openRepository,
} from '../../src/description/index.ts'
import { type FileContent, git, Workshop } from './workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())

const NOTHING: DescriptionSource = {
  revision: null,
  dockerfile: null,
  context: null,
  target: null,
  arguments: {},
}

async function load(path: string, request: Partial<DescriptionSource> = {}) {
  const repository = await openRepository(path)
  try {
    return await loadDescription(repository, { ...NOTHING, ...request })
  } finally {
    repository.close()
  }
}

let made = 0
function make(files: Readonly<Record<string, FileContent>>): string {
  made += 1
  return workshop.repository(`r${made}`, files)
}

const IMAGE = 'FROM scratch\nCOPY . /app\n'

describe('what is at the revision', () => {
  it('gives the Dockerfile, the context and the commit of HEAD', async () => {
    const root = make({
      Dockerfile: 'FROM debian:12\nRUN apt-get install -y curl\nCOPY app /app\n',
      '.dockerignore': '*.md\n!keep.md\n',
      app: { program: '#!/bin/sh\n' },
      'notes.md': 'n',
      'keep.md': 'k',
      current: { link: 'app' },
    })
    const description = await load(root)
    expect(description).toMatchObject({
      repository: root,
      revision: { from: 'HEAD', text: 'HEAD', state: 'found', dirty: false },
      commitDate: '2026-01-02T03:04:05Z',
      dockerfilePath: 'Dockerfile',
      dockerfileState: 'tracked',
      context: '',
      ignored: ['notes.md'],
      workTree: [],
      unknowns: [],
    })
    expect(description.revision.commit).toBe(git(root, 'rev-parse', 'HEAD').trim())
    expect(description.dockerfileBlob).toBe(blobOf(root, 'Dockerfile'))
    expect(description.requests.map((request) => request.name)).toEqual(['curl'])
    const file = (path: string) => ({
      path,
      blob: blobOf(root, path),
      kind: 'file',
      executable: false,
    })
    expect([...description.files.values()]).toEqual([
      file('.dockerignore'),
      file('Dockerfile'),
      { ...file('app'), executable: true },
      { ...file('current'), kind: 'symlink', target: 'app' },
      file('keep.md'),
    ])
  })

  it('is that of an older commit, a tag, an abbreviation, with -dirty or without', async () => {
    const root = make({ Dockerfile: 'FROM debian:11\n', old: '1' })
    const first = git(root, 'rev-parse', 'HEAD').trim()
    git(root, 'tag', 'v1')
    rmSync(join(root, 'old'))
    workshop.commit(root, { Dockerfile: 'FROM debian:12\n', 'new-dirty': '2' })
    for (const revision of [first, first.slice(0, 10), 'v1', 'HEAD~1', `${first}-dirty`]) {
      const description = await load(root, { revision })
      expect(description.dockerfile.stages[0]?.base).toMatchObject({ reference: 'debian:11' })
      expect([...description.files.keys()]).toEqual(['Dockerfile', 'old'])
      expect(description.revision).toEqual({
        from: '--source',
        text: revision,
        commit: first,
        state: 'found',
        dirty: revision.endsWith('-dirty'),
      })
    }
  })

  it('takes a context below the root, a Dockerfile relative to it, and its own ignore file', async () => {
    const root = make({
      'service/docker/web.Dockerfile': IMAGE,
      'service/docker/web.Dockerfile.dockerignore': 'secret',
      'service/.dockerignore': 'app',
      'service/app': '1',
      'service/secret': '2',
      other: '3',
    })
    const request = { context: 'service/', dockerfile: './docker/web.Dockerfile' }
    const description = await load(root, request)
    expect(description.dockerfilePath).toBe('service/docker/web.Dockerfile')
    expect(description.context).toBe('service')
    expect([...description.files.keys()]).toContain('app')
    expect(description.ignored).toEqual(['secret'])
    const above = await load(root, {
      context: 'service/docker',
      dockerfile: '../docker/web.Dockerfile',
    })
    expect(above.dockerfilePath).toBe('service/docker/web.Dockerfile')
    const absolute = join(root, 'service/docker/web.Dockerfile')
    expect((await load(root, { ...request, dockerfile: absolute })).dockerfilePath).toBe(
      'service/docker/web.Dockerfile',
    )
  })

  it('is parsed for the target and the arguments that are asked for', async () => {
    const root = make({ Dockerfile: 'ARG V=1\nFROM a:$V AS one\nFROM b\n' })
    const { dockerfile } = await load(root, { target: 'one', arguments: { V: '2' } })
    expect(dockerfile.target).toBe(0)
    expect(dockerfile.stages[0]?.base).toMatchObject({ reference: 'a:2' })
  })

  it('follows links to the Dockerfile, and takes a lower-case one', async () => {
    const linked = make({ Dockerfile: { link: 'docker/real' }, 'docker/real': IMAGE })
    expect(await load(linked)).toMatchObject({
      dockerfilePath: 'docker/real',
      dockerfileState: 'tracked',
    })
    const small = make({ dockerfile: IMAGE })
    expect((await load(small)).dockerfilePath).toBe('dockerfile')
    const turning = make({ Dockerfile: { link: 'b' }, b: { link: 'Dockerfile' } })
    expect((await load(turning)).dockerfileState).toBe('missing')
  })

  it('knows names that are not UTF-8, and CRLF line ends', async () => {
    const root = make({ Dockerfile: 'FROM scratch\r\nCOPY a \\\r\n  /b\r\n' })
    const name = Buffer.from([0x61, 0xff, 0x62])
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), 'x')
    workshop.commit(root, {})
    const description = await load(root)
    expect([...description.files.keys()]).toEqual(['Dockerfile', 'a\udcffb'])
    expect(description.workTree).toEqual([])
    expect(description.dockerfile.errors).toEqual([])
    expect(description.dockerfile.instructions[1]?.copy).toMatchObject({
      sources: ['a'],
      destination: '/b',
    })
  })

  it('names files of submodules and what LFS pointers stand for', async () => {
    const inner = make({ x: '1' })
    const content = 'large'
    const sha256 = createHash('sha256').update(content).digest('hex')
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize 5\n`
    const root = make({
      Dockerfile: IMAGE,
      '.gitattributes': '*.bin filter=lfs -text\n',
      'a.bin': pointer,
    })
    git(root, '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', inner, 'vendor')
    git(root, 'commit', '--quiet', '--message=submodule')
    writeFileSync(join(root, 'a.bin'), content)
    const description = await load(root)
    expect(description.files.get('a.bin')).toMatchObject({ kind: 'file', lfs: { sha256, size: 5 } })
    expect(description.files.get('vendor/x')).toEqual({
      path: 'vendor/x',
      blob: git(inner, 'rev-parse', 'HEAD:x').trim(),
      kind: 'file',
      executable: false,
    })
    expect(description.workTree).toEqual([{ path: 'vendor', state: 'unchecked' }])
    expect(description.unknowns).toMatchObject([{ place: 'vendor', reader: 'work-tree' }])
    writeFileSync(join(root, 'a.bin'), 'other')
    expect((await load(root)).workTree).toContainEqual({ path: 'a.bin', state: 'modified' })
  })

  it('tells an ignore pattern and a shell that cannot be read', async () => {
    const root = make({
      '.dockerignore': 'a[\nb\n',
      Dockerfile: 'FROM x\nSHELL ["pwsh", "-c"]\nRUN Write-Host 1\n',
      b: '1',
    })
    const { unknowns, ignored } = await load(root)
    expect(ignored).toEqual(['b'])
    expect(unknowns.map(({ place, reader }) => [reader, place])).toEqual([
      ['dockerignore', '.dockerignore'],
      ['shell', 'Dockerfile:3'],
    ])
  })
})

describe('what the work tree has besides', () => {
  it('is untracked, ignored, modified and deleted, where .dockerignore lets it through', async () => {
    const root = make({
      Dockerfile: IMAGE,
      '.gitignore': 'local\nbuild/\n',
      '.dockerignore': 'kept-out\n',
      same: '1',
      changed: '1',
      longer: '1',
      program: '1',
      gone: '1',
      was: { link: 'same' },
      'kept-out/gone': '1',
      'folder/inside': '1',
    })
    for (const name of ['gone', 'was', 'kept-out/gone']) rmSync(join(root, name))
    rmSync(join(root, 'folder'), { recursive: true })
    workshop.write(root, {
      changed: '2',
      longer: '22',
      new: '1',
      local: '1',
      was: 'same',
      folder: 'now a file',
      'build/out': '1',
      'kept-out/new': '1',
      nested: { link: '/' },
    })
    chmodSync(join(root, 'program'), 0o755)
    git(root, 'add', 'new')
    expect((await load(root)).workTree).toEqual([
      { path: 'build/out', state: 'ignored' },
      { path: 'changed', state: 'modified' },
      { path: 'folder', state: 'untracked' },
      { path: 'folder/inside', state: 'deleted' },
      { path: 'gone', state: 'deleted' },
      { path: 'local', state: 'ignored' },
      { path: 'longer', state: 'modified' },
      { path: 'nested', state: 'untracked' },
      { path: 'new', state: 'untracked' },
      { path: 'program', state: 'modified' },
      { path: 'was', state: 'modified' },
    ])
  })

  it('counts only within the context, and only when HEAD is asked for', async () => {
    const root = make({ 'a/Dockerfile': IMAGE, 'a/x': '1', 'b/y': '1' })
    workshop.write(root, { 'a/x': '2', 'b/y': '2', 'b/z': '1' })
    expect((await load(root, { context: 'a' })).workTree).toEqual([
      { path: 'a/x', state: 'modified' },
    ])
    expect((await load(root, { context: 'a', revision: 'main' })).workTree).toEqual([])
  })

  it('does not take converted line ends or a sparse checkout for changes', async () => {
    const root = make({
      Dockerfile: IMAGE,
      '.gitattributes': '*.txt text\n',
      'a.txt': 'x\ny\n',
      b: 'x\n',
      'far/c': '1',
    })
    writeFileSync(join(root, 'a.txt'), 'x\r\ny\r\n')
    writeFileSync(join(root, 'b'), 'x\r\n')
    git(root, 'update-index', '--skip-worktree', 'far/c')
    rmSync(join(root, 'far'), { recursive: true })
    expect((await load(root)).workTree).toEqual([{ path: 'b', state: 'modified' }])
  })

  it('sees a change of the same size and time, and needs no index', async () => {
    const root = make({ Dockerfile: IMAGE, a: '1', b: '1' })
    const long = 1_000_000_000
    utimesSync(join(root, 'a'), long, long)
    git(root, 'update-index', '--refresh')
    writeFileSync(join(root, 'a'), '2')
    utimesSync(join(root, 'a'), long, long)
    const changed = [{ path: 'a', state: 'modified' }]
    expect((await load(root)).workTree).toEqual(changed)
    rmSync(join(root, '.git/index'))
    expect(await load(root)).toMatchObject({ workTree: changed, unknowns: [] })
    writeFileSync(join(root, '.git/index'), 'not an index')
    workshop.write(root, { new: '1' })
    expect(await load(root)).toMatchObject({
      workTree: [...changed, { path: 'new', state: 'untracked' }],
      unknowns: [{ reason: expect.stringContaining('git cannot tell what it ignores') }],
    })
  })

  it('does not hang on a pipe', async () => {
    const root = make({ Dockerfile: IMAGE, pipe: '1' })
    rmSync(join(root, 'pipe'))
    execFileSync('mkfifo', [join(root, 'pipe')])
    expect((await load(root)).workTree).toEqual([{ path: 'pipe', state: 'deleted' }])
  })

  it('tells a Dockerfile that is modified, untracked, ignored or missing', async () => {
    const modified = make({ Dockerfile: IMAGE, '.dockerignore': 'Dockerfile\n' })
    writeFileSync(join(modified, 'Dockerfile'), 'FROM debian\n')
    const changed = await load(modified)
    expect(changed.dockerfileState).toBe('modified')
    expect(changed.dockerfileText).toBe(IMAGE)
    expect(changed.workTree).toEqual([])
    expect((await load(modified, { revision: 'main' })).dockerfileState).toBe('tracked')

    const untracked = make({ x: '1' })
    writeFileSync(join(untracked, 'Dockerfile'), IMAGE)
    expect(await load(untracked)).toMatchObject({
      dockerfilePath: 'Dockerfile',
      dockerfileBlob: '',
      dockerfileState: 'untracked',
      dockerfileText: IMAGE,
      workTree: [{ path: 'Dockerfile', state: 'untracked' }],
    })
    expect((await load(untracked, { revision: 'main' })).dockerfileState).toBe('missing')

    const ignored = make({ '.gitignore': 'Docker*\n' })
    writeFileSync(join(ignored, 'Dockerfile'), IMAGE)
    expect((await load(ignored)).dockerfileState).toBe('ignored')

    const missing = await load(make({ x: '1' }), { dockerfile: 'Containerfile' })
    expect(missing).toMatchObject({
      dockerfilePath: 'Containerfile',
      dockerfileState: 'missing',
      dockerfile: { stages: [], errors: [] },
    })
  })

  it('takes a Dockerfile in a folder of which nothing is tracked', async () => {
    const root = make({ x: '1' })
    workshop.write(root, { 'new/Dockerfile': IMAGE })
    expect(await load(root, { context: 'new' })).toMatchObject({
      context: 'new',
      dockerfileState: 'untracked',
    })
  })
})

describe('what cannot be loaded', () => {
  it('is told in one line', async () => {
    const root = make({ Dockerfile: IMAGE, 'file/x': '1' })
    await expect(load(root, { revision: 'nowhere' })).rejects.toMatchObject({
      code: 'source',
      message: `there is no revision "nowhere" in ${root}`,
      hint: expect.stringContaining('main'),
    })
    await expect(load(root, { revision: '--upload-pack=x' })).rejects.toMatchObject({
      code: 'usage',
    })
    await expect(load(root, { context: 'nowhere' })).rejects.toMatchObject({
      code: 'source',
      message: 'there is no folder "nowhere" at that revision',
    })
    await expect(load(root, { context: 'Dockerfile' })).rejects.toMatchObject({ code: 'source' })
    await expect(load(root, { context: '../x' })).rejects.toMatchObject({ code: 'usage' })
    await expect(load(root, { dockerfile: '/etc/../../passwd' })).rejects.toMatchObject({
      code: 'usage',
    })
    const empty = workshop.path('empty')
    mkdirSync(empty)
    git(empty, 'init', '--quiet')
    await expect(load(empty)).rejects.toMatchObject({
      code: 'source',
      message: `the repository has no commit: ${empty}`,
    })
    const large = make({ Dockerfile: `FROM x\n${'#'.repeat(1 << 20)}\n` })
    await expect(load(large)).rejects.toMatchObject({
      code: 'source',
      message: 'Dockerfile is larger than 1048576 bytes',
    })
  })
})

function blobOf(root: string, path: string): string {
  return git(root, 'rev-parse', `HEAD:${path}`).trim()
}
