// A full disk: under the database, under the temporary copy, under a report. Root makes a small file system for
// it; without root or without the right to mount, the tests are skipped.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeDockerArchive } from '../support/image.ts'
import { Desk, FIXTURES, openDesk } from './command-line.ts'
import { expectFailure, expectIntact } from './expectations.ts'

const SIZE = 3 << 20

/** Mounts a small file system on a folder; false when this is not allowed. */
function mountSmall(folder: string): boolean {
  mkdirSync(folder, { recursive: true })
  const words = ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]
  return spawnSync('mount', words).status === 0
}

function unmount(folder: string): void {
  spawnSync('umount', ['--lazy', folder])
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'assay-mount-'))
  const mounted = mountSmall(folder)
  if (mounted) unmount(folder)
  rmSync(folder, { recursive: true, force: true })
  return mounted
}

/** Fills a file system but for some bytes. */
function fill(folder: string, left: number): void {
  const file = join(folder, 'filler')
  writeFileSync(file, Buffer.alloc(SIZE - left))
}

describe.skipIf(!canMount())('a full disk (needs root, to mount a small one)', () => {
  const desk = new Desk()
  const small = desk.path('small')
  let archive = ''
  beforeAll(async () => {
    expect(mountSmall(small)).toBe(true)
    const layers = Array.from({ length: 40 }, (_, index) => ({
      members: Array.from({ length: 20 }, (_file, at) => ({
        name: `node_modules/p${index}-${at}/package.json`,
        content: JSON.stringify({ name: `p${index}-${at}`, version: '1.0.0', noise: noise(3000) }),
      })),
      createdBy: `COPY ${index} / # buildkit`,
    }))
    archive = await writeDockerArchive(desk.path('app.tar'), { layers })
  })
  afterAll(() => {
    unmount(small)
    desk.remove()
  })

  it('under the database: one line, status 3, the database whole; with room the next run works', () => {
    const db = join(small, 'inventory.db')
    for (const left of [100 << 10, 600 << 10, 1200 << 10]) {
      fill(small, left)
      const run = desk.run(['sbom', archive, '-o', 'purls', '--db', db])
      expectFailure(run, 3, /^assay: \S*small\/inventory\.db: .*(disk is full|no space)/)
      rmSync(join(small, 'filler'))
      expectIntact(db)
    }
    rmSync(db)
    const other = openDesk()
    expect(desk.run(['sbom', archive, '-o', 'purls', '--db', other.path('b.db')]).status).toBe(0)
  })

  it('under the temporary copy: one line that says where, status 3, nothing left behind', () => {
    const env = { TMPDIR: small }
    fill(small, 200 << 10)
    const piped = desk.run(['sbom', '-', '-o', 'purls'], { input: readFileSync(archive), env })
    expectFailure(
      piped,
      3,
      /^assay: standard input: its temporary copy in \S*small cannot be written: no space/,
    )
    const gzip = desk.path('app.tar.gz')
    writeFileSync(gzip, gzipSync(readFileSync(archive)))
    expectFailure(desk.run(['sbom', gzip], { env }), 3, /app\.tar\.gz: its temporary copy in/)
    rmSync(join(small, 'filler'))
    expect(readdirSync(small)).toEqual([])
    expectIntact(desk.db)
  })

  it('under a bundle that is unpacked', () => {
    fill(small, 4096)
    const words = ['audit', archive, '--source', FIXTURES.bundle]
    expectFailure(desk.run(words, { env: { TMPDIR: small } }), 3, /app\.bundle|small/)
    rmSync(join(small, 'filler'))
    expect(readdirSync(small)).toEqual([])
  })

  it('under a report', () => {
    fill(small, 0)
    const file = join(small, 'report.json')
    const run = desk.run(['audit', archive, '-o', `json=${file}`])
    expectFailure(run, 3, /report\.json: the report cannot be written/)
    rmSync(join(small, 'filler'))
  })
})

/** Text that does not compress. */
function noise(length: number): string {
  let state = length
  let text = ''
  while (text.length < length) {
    state = (state * 1103515245 + 12345 + text.length) & 0x7fffffff
    text += (state >> 8).toString(36)
  }
  return text
}
