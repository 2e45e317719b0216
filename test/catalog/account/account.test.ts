import { expect, test } from 'vitest'
import { catalogersFor, catalogFile, keepsEvidence } from '../../../src/catalog/index.ts'
import { catalogOf } from '../../support/rows.ts'

const HASH = '$y$j9T$abc$def'

test('lines keep their file, name, id, home and shell', () => {
  const catalog = catalogOf({
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n\nbroken\n',
    'etc/group': 'adm:x:4:syslog\n',
  })
  expect(catalog.accounts.map(({ digest: _d, stableDigest: _s, ...line }) => line)).toEqual([
    { file: 'etc/group', name: 'adm', id: '4', home: '', shell: '' },
    { file: 'etc/passwd', name: 'root', id: '0', home: '/root', shell: '/bin/sh' },
    { file: 'etc/passwd', name: 'broken', id: '', home: '', shell: '' },
  ])
})

test('the day of the last change is in one digest of a shadow line and not in the other', () => {
  const line = (hash: string, day: string) =>
    catalogOf({ 'etc/shadow': `root:${hash}:${day}:0:99999:7:::\n` }).accounts[0]
  const [first, later, other] = [line(HASH, '20000'), line(HASH, '20001'), line('*', '20000')]
  expect(first?.digest).not.toBe(later?.digest)
  expect(first?.stableDigest).toBe(later?.stableDigest)
  expect(first?.stableDigest).not.toBe(other?.stableDigest)
})

test('a password hash is in no row, and the file is not kept as evidence', () => {
  const text = `root:${HASH}:20000:0:99999:7:::\n`
  for (const path of ['etc/shadow', 'etc/gshadow']) {
    expect(JSON.stringify(catalogFile(path, Buffer.from(text)))).not.toContain(HASH)
    expect(keepsEvidence(path)).toBe(false)
  }
  expect(keepsEvidence('etc/passwd')).toBe(true)
  expect(catalogersFor('home/etc/shadow')).toEqual([])
})
