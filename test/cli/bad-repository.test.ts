// Repositories that keep a reader waiting or lack what they should hold: pipes and devices in their place of
// files, objects that are gone. One line, the right status, never a wait.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { git, Workshop } from '../description/workshop.ts'
import { writeDockerArchive } from '../support/image.ts'
import { Desk } from './command-line.ts'
import { expectFailure, expectUsable, parseAudit } from './expectations.ts'

const desk = new Desk()
const workshop = new Workshop()
const FILES = { Dockerfile: 'FROM scratch\nCOPY app /\n', app: 'app\n' }
let archive = ''

beforeAll(async () => {
  const layers = [
    { members: [{ name: 'app', content: 'app\n' }], createdBy: 'COPY app / # buildkit' },
  ]
  archive = await writeDockerArchive(desk.path('app.tar'), { name: 'app:1', layers })
})
afterAll(() => {
  expectUsable(desk, archive)
  desk.remove()
  workshop.remove()
})

function makePipe(file: string): void {
  rmSync(file, { force: true })
  mkdirSync(dirname(file), { recursive: true })
  expect(spawnSync('mkfifo', [file]).status).toBe(0)
}

it.each([
  'HEAD',
  'config',
  'packed-refs',
  'shallow',
  'index',
  'commondir',
  'objects/info/alternates',
])('a pipe in the place of .git/%s is not waited for', (name) => {
  const root = workshop.repository(`pipe-${name.replaceAll('/', '-')}`, FILES)
  makePipe(join(root, '.git', name))
  const run = desk.run(['audit', archive, '--source', root])
  expectFailure(run, 3, new RegExp(`not a git repository: ${root} \\(its ${name} is no file\\)`))
})

it('folders of repositories with pipes, devices and loops in them: each is named, the others are searched', () => {
  const folder = workshop.path('folder')
  mkdirSync(folder)
  for (const name of ['pipe', 'zero', 'loop', 'inside']) mkdirSync(join(folder, name))
  makePipe(join(folder, 'pipe/.git'))
  symlinkSync('/dev/zero', join(folder, 'zero/.git'))
  symlinkSync('.git', join(folder, 'loop/.git'))
  symlinkSync('..', join(folder, 'inside/up'))
  workshop.repository('folder/good', FILES)
  makePipe(join(workshop.repository('folder/head', FILES), '.git/HEAD'))
  const words = ['audit', archive, '--repositories', folder, '--json', '--fail-on', 'never']
  const run = desk.run(words)
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
  const { reasons, unknown } = parseAudit(run.stdout)
  expect(reasons.map(({ text }) => text).join(' ')).toMatch(
    /closest is Dockerfile of \S*folder\/good/,
  )
  const said = (name: string) =>
    unknown.filter(({ subject }) => subject === join(folder, name)).map(({ reason }) => reason)
  expect(said('head').join(' ')).toMatch(/its HEAD is no file/)
  for (const name of ['pipe', 'zero'])
    expect(said(name).join(' ')).toMatch(/its \.git file cannot be read/)
})

it('a clone without trees says what it lacks and what brings it, not the advice of git', () => {
  const origin = workshop.repository('origin', FILES)
  git(origin, 'config', 'uploadpack.allowFilter', 'true')
  const clone = workshop.path('treeless')
  git(origin, 'clone', '--quiet', '--filter=tree:0', '--no-checkout', `file://${origin}`, clone)
  const run = desk.run(['audit', archive, '--source', clone])
  expectFailure(run, 3, /treeless: the tree of [0-9a-f]{40} cannot be read: (?!hint:)/)
  expect(run.stderr).toMatch(/clone it whole/)
})
