// Databases that cannot be used: one line that names the file, status 3, and the file as it was.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeDockerArchive } from '../support/image.ts'
import { Desk, openDesk, type Run, type RunOptions } from './command-line.ts'
import { expectFailure, expectIntact, expectUsable } from './expectations.ts'

const desk = new Desk()
let archive = ''
beforeAll(async () => {
  const layers = [
    { members: [{ name: 'app', content: 'app\n' }], createdBy: 'COPY app / # buildkit' },
  ]
  archive = await writeDockerArchive(desk.path('app.tar'), { name: 'app:1', layers })
})
afterAll(() => desk.remove())

/** The commands that use an inventory. */
function commands(): readonly (readonly string[])[] {
  return [
    ['audit', archive],
    ['sbom', archive],
    ['explain', archive],
    ['query', 'SELECT 1'],
  ]
}

/** A database of an inventory, changed. */
function madeInventory(own: Desk, change: (handle: Database.Database) => void): void {
  expect(own.run(['audit', archive]).stderr).toBe('')
  const handle = new Database(own.db)
  handle.pragma('journal_mode = DELETE')
  change(handle)
  handle.close()
}

const refused: readonly (readonly [string, (own: Desk) => void, RegExp])[] = [
  ['a text', (own) => writeFileSync(own.db, 'not a database\n'.repeat(100)), /no SQLite database/],
  ['an image', (own) => writeFileSync(own.db, readFileSync(archive)), /no SQLite database/],
  [
    'a database of another program',
    (own) => {
      const handle = new Database(own.db)
      handle.exec('CREATE TABLE bookmark (url TEXT)')
      handle.close()
    },
    /a database of another program/,
  ],
  [
    'an inventory of a newer schema',
    (own) => madeInventory(own, (handle) => handle.pragma('user_version = 999')),
    /written by a newer Assay \(schema 999/,
  ],
  ['a cut inventory', cutInventory, /damaged|no SQLite database/],
  ['an inventory with an overwritten page', overwritten, /damaged/],
  ['a folder', (own) => mkdirSync(own.db), /the inventory is not a file/],
]

function cutInventory(own: Desk): void {
  madeInventory(own, () => undefined)
  const bytes = readFileSync(own.db)
  writeFileSync(own.db, bytes.subarray(0, Math.floor(bytes.length / 3)))
}

function overwritten(own: Desk): void {
  madeInventory(own, () => undefined)
  const bytes = readFileSync(own.db)
  bytes.fill(0xa5, 4096)
  writeFileSync(own.db, bytes)
}

describe('a database that is', () => {
  it.each(refused)('%s', (_, make, message) => {
    const own = openDesk()
    make(own)
    const before = statSync(own.db).isFile() ? readFileSync(own.db) : null
    for (const words of commands()) {
      const run = own.run(words)
      expectFailure(run, 3, message)
      expect(run.stderr).toContain(own.db)
      expect(run.stdout).toBe('')
    }
    if (before !== null) expect(readFileSync(own.db).equals(before)).toBe(true)
  })

  it('a dead link, a link in a circle, below a file, in a folder that cannot be made', () => {
    const own = openDesk()
    symlinkSync(own.path('circle'), own.path('circle'))
    writeFileSync(own.path('file'), 'x')
    for (const db of [own.path('circle'), own.path('file/inventory.db'), '/proc/nothing/a.db'])
      expectFailure(own.run(['audit', archive, '--db', db]), 3, /^assay: \S+: the inventory cannot/)
    expectFailure(own.run(['audit', archive, '--db', '']), 2, /^assay: /)
  })

  it('empty: it is made', () => {
    const own = openDesk()
    writeFileSync(own.db, '')
    expectUsable(own, archive)
  })

  it('missing, in a folder that is missing too: both are made, for the owner alone', () => {
    const own = openDesk()
    const db = own.path('a/b/inventory.db')
    expect(own.run(['audit', archive, '--db', db]).stderr).toBe('')
    expectIntact(db)
    expect(statSync(db).mode & 0o077).toBe(0)
    expect(statSync(own.path('a')).mode & 0o077).toBe(0)
  })
})

describe('where the database lies', () => {
  it('--db goes before ASSAY_DB, which goes before the XDG data folder and HOME', () => {
    const own = openDesk()
    const home = own.path('home')
    const env = { ASSAY_DB: '', HOME: home }
    own.run(['audit', archive, '--db', own.path('flag.db')])
    expect([existsSync(own.path('flag.db')), existsSync(own.db)]).toEqual([true, false])
    own.run(['audit', archive], { env: { ...env, XDG_DATA_HOME: own.path('data') } })
    expect(existsSync(own.path('data/assay/inventory.db'))).toBe(true)
    own.run(['audit', archive], { env })
    expect(existsSync(own.path('home/.local/share/assay/inventory.db'))).toBe(true)
    own.run(['audit', archive])
    expect(existsSync(own.db)).toBe(true)
  })
})

/** File modes do not bind root: its capabilities are dropped, which `setpriv` (util-linux) does. */
const isRoot = process.getuid?.() === 0
const canDrop = !isRoot || spawnSync('setpriv', ['--bounding-set=-all', 'true']).status === 0

function runBound(own: Desk, words: readonly string[], options: RunOptions = {}): Run {
  if (!isRoot) return own.run(words, options)
  const main = [process.execPath, ...own.mainWords(words)]
  return own.runProgram('setpriv', ['--bounding-set=-all', ...main], options)
}

describe.skipIf(!canDrop)('a database that must not be written (root needs setpriv)', () => {
  it('a read-only file', async () => {
    const own = openDesk()
    madeInventory(own, () => undefined)
    chmodSync(own.db, 0o444)
    const before = readFileSync(own.db)
    const layers = [{ members: [{ name: 'other', content: 'x' }] }]
    const other = await writeDockerArchive(own.path('other.tar'), { layers })
    for (const words of [
      ['audit', other],
      ['sbom', other],
      ['explain', other],
    ])
      expectFailure(runBound(own, words), 3, /inventory\.db: the inventory cannot be written/)
    expect(readFileSync(own.db).equals(before)).toBe(true)
    expectIntact(own.db)
  })

  it('in a read-only folder', () => {
    const own = openDesk()
    const folder = own.path('locked')
    mkdirSync(folder)
    const db = `${folder}/inventory.db`
    expect(own.run(['audit', archive, '--db', db]).stderr).toBe('')
    chmodSync(folder, 0o555)
    expectFailure(runBound(own, ['audit', archive, '--db', db]), 3, /locked\/inventory\.db: /)
    const other = `${folder}/other.db`
    expectFailure(
      runBound(own, ['audit', archive, '--db', other]),
      3,
      /other\.db: the inventory cannot be made: permission denied/,
    )
    chmodSync(folder, 0o755)
    expectIntact(db)
  })

  it('a file that cannot be read at all', () => {
    const own = openDesk()
    madeInventory(own, () => undefined)
    chmodSync(own.db, 0)
    expectFailure(runBound(own, ['query', 'SELECT 1']), 3, /inventory\.db: /)
    expectFailure(runBound(own, ['audit', archive]), 3, /inventory\.db: /)
  })

  it('an image, a base, a list and a repository that cannot be read', () => {
    const own = openDesk()
    const locked = own.path('locked')
    writeFileSync(locked, readFileSync(archive), { mode: 0 })
    for (const words of [
      ['audit', locked],
      ['audit', archive, '--base', locked],
      ['audit', '--images', locked],
      ['audit', archive, '--source', locked],
    ])
      expectFailure(runBound(own, words), 3, /^assay: .*locked.*(permission denied|EACCES)/)
  })
})
