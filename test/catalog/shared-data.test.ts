// Real databases of ../shared/data, against what is known of them.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { catalogOf } from '../support/rows.ts'

const DATA = '../shared/data'
const absent = !existsSync(DATA) && process.env['CI'] !== 'true'

describe.skipIf(absent)('databases of ../shared/data', () => {
  test('a large dpkg status', () => {
    const text = readFileSync(`${DATA}/db/dpkg-status-texlive`, 'utf8')
    const { packages } = catalogOf({ 'var/lib/dpkg/status': text })
    const present = text.split(/\n\n+/).filter((each) => /^Status: \S+ \S+ installed$/m.test(each))
    expect(packages.filter((each) => each.scope === 'installed')).toHaveLength(present.length)
    expect(packages.every((each) => each.version !== '' && each.purl !== '')).toBe(true)
  })

  test('an old dpkg status', () => {
    const text = readFileSync(`${DATA}/db/dpkg-status-ubuntu-10.04`, 'utf8')
    const { packages } = catalogOf({ 'var/lib/dpkg/status': text, 'etc/os-release': 'ID=ubuntu\n' })
    expect(packages).toHaveLength(text.match(/^Package: /gm)?.length ?? 0)
    const debconf = packages.find((each) => each.name === 'debconf')
    expect(debconf?.files.filter((each) => each.configuration)).toHaveLength(3)
  })

  test('a removed package in status.d leaves its configuration', () => {
    const text = readFileSync(`${DATA}/db/dpkg-status.d/deinstall`, 'utf8')
    const { packages } = catalogOf({ 'var/lib/dpkg/status.d/deinstall': text })
    expect(packages.map((each) => [each.version, each.scope])).toEqual([
      ['6.14.0-1012.12~24.04.1', 'installed'],
      ['6.8.0-1029.31', 'residual'],
    ])
  })

  test('an old apk database', () => {
    const text = readFileSync(`${DATA}/db/apk-installed-2.6.6`, 'utf8')
    const { packages, unknowns } = catalogOf({ 'lib/apk/db/installed': text })
    expect(packages).toHaveLength(text.match(/^P:/gm)?.length ?? 0)
    expect(unknowns).toEqual([])
  })

  test('every digest that Alpine records is that of the file or of the link in its root', async () => {
    const path = `${DATA}/rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz`
    const digests = new Map<string, string>()
    const texts: Record<string, string> = {}
    const archive = createReadStream(path).pipe(createGunzip()).pipe(extract())
    for await (const entry of archive) {
      const { name, type, linkname } = entry.header
      const clean = name.replace(/^\.\//, '')
      const bytes = await buffer(entry)
      const content = type === 'symlink' ? Buffer.from(linkname ?? '') : bytes
      if (type !== 'directory') digests.set(clean, createHash('sha1').update(content).digest('hex'))
      if (/^(lib\/apk\/db\/installed|etc\/(os-release|apk\/world))$/.test(clean)) {
        texts[clean] = bytes.toString()
      }
    }
    const { packages, unknowns, distribution } = catalogOf(texts)
    expect(unknowns).toEqual([])
    expect(distribution?.versionId).toBe('3.20.3')
    expect(packages).toHaveLength(14)
    const claims = packages.flatMap((each) => each.files).filter((each) => each.digest !== '')
    expect(claims.length).toBeGreaterThan(100)
    const differing = claims.filter((each) => digests.get(each.path) !== each.digest)
    // Alpine's own script for this root locks the password of root.
    expect(differing.map((each) => each.path)).toEqual(['etc/shadow'])
  })
})
