// Compiled Python and npm trees that a hand touched: what their sources and records vouch for, and what not.
import { describe, expect, it } from 'vitest'
import { GENERATED, sourceOf } from '../../src/attribution/generated.ts'
import { PACKAGE_SCRIPTS } from '../../src/attribution/package-scripts.ts'
import type { Entry } from '../../src/core/index.ts'
import { BASE_LAYER, committed, file, judge, link, program } from '../support/attribution.ts'

const MTIME = 1_700_000_000
const SOURCE = 'print("hello")\n'
const source = file('srv/app/main.py', SOURCE)
const cached = 'srv/app/__pycache__/main.cpython-311.pyc'

/** A compiled file whose head names this time and size of its source (PEP 552). */
function compiled(
  path: string,
  code: string,
  mtime = MTIME,
  size = SOURCE.length,
  flags = 0,
): Entry {
  const head = Buffer.alloc(16)
  head.writeUInt16LE(3495, 0)
  head.writeUInt16BE(0x0d0a, 2)
  head.writeUInt32LE(flags, 4)
  head.writeUInt32LE(mtime, 8)
  head.writeUInt32LE(size, 12)
  return file(path, Buffer.concat([head, Buffer.from(code)]))
}

const onTop = (base: readonly Entry[], ...entries: readonly Entry[]) =>
  judge({
    dockerfile: 'FROM debian:12\n',
    base: [...BASE_LAYER, ...base],
    layers: [committed(...entries)],
  })

describe('compiled Python', () => {
  it('is excused by a source of the time and size in its head', async () => {
    const { named, originOf } = await onTop([source], compiled(cached, 'code'))
    expect(named).toEqual([])
    expect(originOf(cached)).toBe('generated claimed')
  })

  it('is not excused without its source, by another time or size, or by a head without them', async () => {
    expect((await onTop([], compiled(cached, 'code'))).named).toEqual([`added ${cached}`])
    for (const other of [
      compiled(cached, 'code', MTIME + 1),
      compiled(cached, 'code', MTIME, 99),
      compiled(cached, 'code', MTIME, SOURCE.length, 1),
      file(cached, 'no head at all, but long enough'),
    ]) {
      expect((await onTop([source], other)).named).toEqual([`added ${cached}`])
    }
  })

  it('is not excused by a source that the same hand brought', async () => {
    const { named } = await onTop([], source, compiled(cached, 'code'))
    expect(named).toEqual([`added ${cached}`, 'added srv/app/main.py'])
  })

  it('is not excused when it changes under a source that does not', async () => {
    const { named } = await onTop([source, compiled(cached, 'code')], compiled(cached, 'evil'))
    expect(named).toEqual([`modified ${cached}`])
  })

  it('is named by the module it was compiled from', () => {
    expect(sourceOf('a/__pycache__/b.cpython-311.opt-1.pyc')).toBe('a/b.py')
    expect(sourceOf('__pycache__/b.c.pypy39-73.pyc')).toBe('b.c.py')
    expect(sourceOf('a/__pycache__/b.c.cpython-311.pyc')).toBe('a/b.c.py')
    expect(sourceOf('a/b.pyc')).toBe('a/b.py')
    expect(sourceOf('a/__pycache__/b.pyc')).toBeNull()
  })
})

describe('an npm tree', () => {
  const app = 'srv/app'
  const modules = `${app}/node_modules`
  const manifest = (name: string, version: string) =>
    file(`${modules}/${name}/package.json`, JSON.stringify({ name, version }))
  const lock = (path: string, name: string, version: string) =>
    file(
      path,
      JSON.stringify({
        lockfileVersion: 3,
        packages: { '': { name: 'app' }, [`node_modules/${name}`]: { version } },
      }),
    )
  const base = [
    file(`${app}/package.json`, '{"name":"app","version":"1.0.0"}'),
    lock(`${app}/package-lock.json`, 'is-odd', '3.0.1'),
    lock(`${modules}/.package-lock.json`, 'is-odd', '3.0.1'),
    manifest('is-odd', '3.0.1'),
    file(`${modules}/is-odd/index.js`, 'odd'),
  ]

  it('with a swapped package is one line, with what the lock file says', async () => {
    const { named, changes } = await onTop(
      base,
      manifest('is-odd', '3.0.9'),
      file(`${modules}/is-odd/index.js`, 'ODD'),
      lock(`${modules}/.package-lock.json`, 'is-odd', '3.0.9'),
    )
    expect(named).toEqual(['package-changed is-odd'])
    expect(changes[0]).toMatchObject({ expected: '3.0.1', found: '3.0.9' })
    expect(changes[0]?.evidence).toContain('the lock file says 3.0.1')
    expect(changes[0]?.folded).toEqual([
      `${modules}/.package-lock.json`,
      `${modules}/is-odd/index.js`,
      `${modules}/is-odd/package.json`,
    ])
  })

  it('with a swapped package still names a program and a set-id file in it', async () => {
    const { named } = await onTop(
      base,
      manifest('is-odd', '3.0.9'),
      program(`${modules}/is-odd/miner`, 'x'),
      file(`${modules}/is-odd/run`, 'x', { mode: 0o4755 }),
    )
    expect(named).toEqual([
      `added ${modules}/is-odd/miner`,
      `added ${modules}/is-odd/run`,
      'package-changed is-odd',
    ])
  })

  it('with a file changed in a package that stays is that file, with its package', async () => {
    const { named, changes } = await onTop(base, file(`${modules}/is-odd/index.js`, 'ODD'))
    expect(named).toEqual([`modified ${modules}/is-odd/index.js`])
    expect(changes[0]?.owner).toBe('pkg:npm/is-odd@3.0.1')
  })

  it('with a package added is one line, its commands among its files', async () => {
    const { named, changes } = await onTop(
      base,
      manifest('left-pad', '1.0.0'),
      file(`${modules}/left-pad/cli.js`, '#!/usr/bin/env node\n', { mode: 0o755 }),
      link(`${modules}/.bin/left-pad`, '../left-pad/cli.js'),
    )
    expect(named).toEqual(['package-added left-pad'])
    expect(changes[0]?.folded).toContain(`${modules}/.bin/left-pad`)
  })

  it('with a package deleted is one line', async () => {
    const { named } = await onTop(
      base,
      { ...file(`${modules}/is-odd`, ''), kind: 'whiteout' },
      lock(`${modules}/.package-lock.json`, 'other', '1.0.0'),
    )
    expect(named).toEqual(['package-removed is-odd'])
  })
})

describe('the tables', () => {
  it('say for each row who writes and why, under an id of its own', () => {
    for (const table of [GENERATED, PACKAGE_SCRIPTS]) {
      const ids = table.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const { writer, reason } of table) expect([writer, reason]).not.toContain('')
    }
  })

  it('excuse no whole tree and no program: not one row fits a program at any path it may fit', async () => {
    const paths = [
      ...['etc/hostname', 'var/log/dpkg.log', 'var/log/apt/history.log', 'var/log/wtmp'],
      ...['var/cache/apt/pkgcache.bin', 'var/lib/apt/lists/x_InRelease', 'var/lib/dpkg/status-old'],
      ...['etc/.pwd.lock', 'var/cache/ldconfig/aux-cache', 'root/.wget-hsts', 'etc/shells'],
      ...['etc/ssl/certs/ca-certificates.crt', 'usr/share/mime/mime.cache', 'etc/alternatives/x'],
    ]
    const { named } = await onTop([], ...paths.map((path) => program(path, 'evil')))
    for (const path of paths)
      expect(
        named.some((name) => name.endsWith(` ${path}`)),
        path,
      ).toBe(true)
  })
})
