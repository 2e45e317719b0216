// Readers of package archives, of .gitattributes and of stored histories as targets of the fuzzer.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readDeb } from '../../src/archive/deb.ts'
import { readNpmPackage } from '../../src/archive/npm.ts'
import { exportPatterns } from '../../src/description/attributes.ts'
import { PatternMatcher } from '../../src/description/pattern.ts'
import { columnsOf, segmentOf } from '../../src/inventory/history-columns.ts'
import { rawMember } from '../support/raw-tar.ts'
import { type FuzzTarget, refusing, textOf } from './target.ts'

/** A tar archive of these members. */
function tar(members: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(members).map(([name, content]) =>
    rawMember({ name, size: content.length }, content),
  )
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** An `ar` archive of these members. */
function ar(members: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [Buffer.from('!<arch>\n')]
  for (const [name, body] of Object.entries(members)) {
    const head = `${name.padEnd(16)}${'0'.padEnd(12)}0     0     100644  ${String(body.length).padEnd(10)}\`\n`
    parts.push(Buffer.from(head), body, Buffer.alloc(body.length % 2, 10))
  }
  return Buffer.concat(parts)
}

const control = 'Package: x\nVersion: 1\nArchitecture: all\n'

const deb: FuzzTarget = {
  name: 'deb',
  seeds: async () => [
    ar({
      'debian-binary': Buffer.from('2.0\n'),
      'control.tar.gz': gzipSync(tar({ './control': control })),
      'data.tar': tar({ './usr/x': 'x' }),
    }),
  ],
  run: async (bytes) => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-fuzz-deb-'))
    try {
      writeFileSync(join(folder, 'x.deb'), bytes)
      await refusing(async () => {
        await readDeb(join(folder, 'x.deb'))
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const npm: FuzzTarget = {
  name: 'npm-package',
  seeds: async () => {
    const members = {
      'package/package.json': '{"name":"x","version":"1.0.0"}',
      'package/index.js': 'x',
    }
    return [tar(members), gzipSync(tar(members))]
  },
  run: (bytes) =>
    refusing(async () => {
      async function* pieces(): AsyncGenerator<Buffer> {
        yield Buffer.from(bytes)
      }
      await readNpmPackage(pieces(), 'x.tgz')
    }),
}

const attributes: FuzzTarget = {
  name: 'gitattributes',
  seeds: async () => [
    Buffer.from('*.md export-ignore\n/docs/** -export-ignore text\n"a b" export-ignore\n'),
  ],
  run: (bytes) =>
    refusing(() => {
      const matcher = new PatternMatcher(exportPatterns(textOf(bytes), 'sub'), '.gitattributes')
      for (const path of ['sub/a.md', 'sub/docs/x/y', 'other']) matcher.matches(path)
    }),
}

const history = columnsOf({
  commits: new Uint8Array(40),
  times: Float64Array.of(1, 2),
  parents: Int32Array.of(-1, 0),
  merges: new Int32Array(),
  changeCounts: Int32Array.of(1, 1),
  changePaths: Int32Array.of(0, 0),
  changeOld: Int32Array.of(-1, 0),
  changeNew: Int32Array.of(0, 1),
  blobs: new Uint8Array(40),
  paths: ['Dockerfile'],
})

const stored: FuzzTarget = {
  name: 'stored-history',
  seeds: async () => Object.values(history).map((column) => Buffer.from(column)),
  run: async (bytes) => {
    for (const name of Object.keys(history))
      await refusing(() => {
        segmentOf({ ...history, [name]: Buffer.from(bytes) })
      })
  },
}

/** Targets that read archives, attributes and histories. */
export const archiveTargets: readonly FuzzTarget[] = [deb, npm, attributes, stored]
