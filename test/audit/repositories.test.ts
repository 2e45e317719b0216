// Folders of repositories on a real disk: what is found in them, and what a URL or a commit leads to.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { listRepositories, Repositories } from '../../src/audit/repositories.ts'
import { plainUrl } from '../../src/description/index.ts'
import { git, Workshop } from '../description/workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())

const FILES = { Dockerfile: 'FROM scratch\nCOPY . /\n', app: '1' }

function folderWith(name: string): string {
  const folder = workshop.path(name)
  mkdirSync(folder)
  return folder
}

describe('a folder of repositories', () => {
  const source = workshop.repository('source', FILES)
  const folder = folderWith('all')
  git(folder, 'clone', '--quiet', source, 'clone')
  git(folder, 'clone', '--quiet', '--bare', source, 'bare.git')
  git(source, 'bundle', 'create', '--quiet', join(folder, 'one.bundle'), '--all')
  mkdirSync(join(folder, 'org'))
  git(folder, 'clone', '--quiet', source, 'org/inner')
  git(join(folder, 'clone'), 'worktree', 'add', '--quiet', '../linked', '-b', 'side')

  it('holds clones, bare repositories and bundles, at any depth that people use; each repository once', () => {
    const { repositories, unknowns } = listRepositories([folder])
    expect(repositories.map(({ path, kind }) => [path.slice(folder.length + 1), kind])).toEqual([
      ['bare.git', 'bare'],
      ['clone', 'work-tree'],
      ['one.bundle', 'bundle'],
      ['org/inner', 'work-tree'],
    ])
    expect(unknowns).toEqual([])
    expect(listRepositories([folder, join(folder, 'clone')]).repositories).toEqual(repositories)
  })

  it('names what is none, and goes on', () => {
    const odd = folderWith('odd')
    writeFileSync(join(odd, 'notes.txt'), 'x')
    mkdirSync(join(odd, 'empty'))
    symlinkSync('loop', join(odd, 'loop'))
    symlinkSync('.', join(odd, 'self'))
    symlinkSync(join(folder, 'clone'), join(odd, 'link'))
    mkdirSync(join(odd, 'broken/.git'), { recursive: true })
    const { repositories, unknowns } = listRepositories([odd])
    expect(repositories.map(({ path }) => path)).toEqual([join(odd, 'link')])
    expect(unknowns).toMatchObject([
      { subject: join(odd, 'broken'), reader: 'git' },
      {
        subject: odd,
        reader: 'repositories',
        reason: 'empty, loop, notes.txt and 1 more: no repository',
      },
    ])
    const none = listRepositories([folderWith('none')])
    expect(none.unknowns).toMatchObject([{ reason: 'it holds no repository' }])
    expect(() => listRepositories([join(odd, 'missing')])).toThrow('no such folder')
    expect(() => listRepositories([join(odd, 'notes.txt')])).toThrow('no git bundle')
  })
})

describe('repositories at hand', () => {
  const a = workshop.repository('a', FILES)
  const b = workshop.repository('b', { ...FILES, app: '2' })
  git(a, 'remote', 'add', 'origin', 'git@Git.Example.org:Team/App.git')
  git(b, 'remote', 'add', 'up', 'https://user:secret@git.example.org/team/other')
  const odd = workshop.path('b/.git/config-of-strangers')
  writeFileSync(odd, '[remote "evil"]\n\turl = https://git.example.org/evil\n')
  git(b, 'config', 'include.path', odd)
  const at = new Repositories(listRepositories([a, b]))
  afterAll(() => at.close())

  it('are found by the URL of a remote in any of its forms', () => {
    for (const url of [
      'https://git.example.org/Team/App',
      'ssh://git@git.example.org:2222/Team/App.git',
      'git+https://git.example.org/Team/App@refs/heads/main',
      'https://git.example.org/Team/App.git#main:docker',
      'https://git.example.org/Team/App/-/tree/main/docker',
      'git.example.org/Team/App',
    ]) {
      expect({ url, found: at.byUrl(url) }).toEqual({ url, found: [{ path: a, by: 'remote' }] })
    }
    expect(at.byUrl('https://git.example.org/team/other.git')).toEqual([{ path: b, by: 'remote' }])
    expect(at.byUrl('https://git.example.org/evil')).toEqual([])
    expect(at.byUrl(`file://${a}`)).toEqual([{ path: a, by: 'path' }])
  })

  it('are found by the folder of that name only when no remote fits, and then it is said', () => {
    expect(at.byUrl('https://elsewhere.example.org/x/b.git')).toEqual([
      { path: b, by: 'folder-name' },
    ])
    expect(at.byUrl('')).toEqual([])
    expect(at.byUrl('not a url')).toEqual([])
  })

  it('are found by a commit that they hold', async () => {
    const commit = git(b, 'rev-parse', 'HEAD').trim()
    expect(await at.byCommit(commit)).toEqual([{ path: b, by: 'commit' }])
    expect(await at.byCommit(commit.slice(0, 8))).toEqual([{ path: b, by: 'commit' }])
    expect(await at.byCommit('main')).toEqual([])
    expect(await at.byCommit('0'.repeat(40))).toEqual([])
  })

  it('that cannot be opened are noted, once', async () => {
    const other = workshop.path('sha256')
    mkdirSync(other)
    git(other, 'init', '--quiet', '--object-format=sha256')
    const one = new Repositories(listRepositories([other]))
    expect(await one.open(other)).toBeNull()
    expect(await one.visit(other, async () => 1)).toBeNull()
    expect(one.unknowns).toMatchObject([{ subject: other, reader: 'git', weight: 'partial' }])
    expect(one.unknowns[0]?.reason).toContain('sha256')
    await one.close()
  })
})

describe('URLs of repositories', () => {
  it.each([
    ['https://GitHub.com/Org/Repo.git/', 'github.com/org/repo'],
    ['github.com:org/repo', 'github.com/org/repo'],
    ['https://github.com/org/repo/tree/main/dir', 'github.com/org/repo'],
    ['https://me@dev.azure.com/org/project/_git/repo', 'dev.azure.com/org/project/repo'],
    ['git@ssh.dev.azure.com:v3/org/project/repo', 'dev.azure.com/org/project/repo'],
    ['https://git.example.org/a%20b', 'git.example.org/a b'],
    ['/srv/git/app.git', '/srv/git/app'],
    ['https://git.example.org/', ''],
    ['https://git.example.org/%E0%A4%A', 'git.example.org/%E0%A4%A'],
    ['word', ''],
  ])('%s is %s', (url, plain) => {
    expect(plainUrl(url)).toBe(plain)
  })
})
