import { expect, test } from 'vitest'
import { unquoteShell } from '../../../src/catalog/os/os-release.ts'
import { catalogOf } from '../../support/rows.ts'

test.each([
  ['debian', 'debian'],
  ['"Debian GNU/Linux 12 (bookworm)"', 'Debian GNU/Linux 12 (bookworm)'],
  ['\'single "quoted" $x\'', 'single "quoted" $x'],
  ['"a \\"b\\" \\$c \\\\ \\` \\n"', 'a "b" $c \\ ` \\n'],
  ['a\\ b', 'a b'],
  ['"joined"\'up\'', 'joinedup'],
  ['value # a comment', 'value'],
  ['"open', 'open'],
  ['""', ''],
  ['  spaced  ', 'spaced'],
])('%s means %s', (raw, value) => {
  expect(unquoteShell(raw)).toBe(value)
})

test('the last of two equal keys holds; comments and junk are passed over', () => {
  const text =
    '# ID=no\nID=first\nnot a line\nID="Ubuntu"\nID_LIKE="debian  other"\nVERSION_ID=\'22.04\'\n'
  expect(catalogOf({ 'etc/os-release': text }).distribution).toEqual({
    id: 'ubuntu',
    idLike: ['debian', 'other'],
    versionId: '22.04',
    codename: '',
    prettyName: '',
    path: 'etc/os-release',
  })
})

test('etc goes before usr/lib, and a link is followed', () => {
  const files = { 'usr/lib/os-release': 'ID=debian\n' }
  const links = { 'etc/os-release': 'usr/lib/os-release' }
  expect(catalogOf(files).distribution?.path).toBe('usr/lib/os-release')
  expect(catalogOf(files, links).distribution?.path).toBe('usr/lib/os-release')
  expect(catalogOf({ ...files, 'etc/os-release': 'ID=own\n' }).distribution?.id).toBe('own')
})

test('debian_version names the release that has no number, but not in derivatives', () => {
  const codename = (id: string, release: string) =>
    catalogOf({ 'etc/os-release': `ID=${id}\n`, 'etc/debian_version': release }).distribution
      ?.codename
  expect(codename('debian', 'trixie/sid\n')).toBe('trixie')
  expect(codename('debian', '12.5\n')).toBe('')
  expect(codename('ubuntu', 'bookworm/sid\n')).toBe('')
})

test.each([
  [{ 'etc/alpine-release': '3.20.3\n' }, 'alpine', '3.20.3', ''],
  [{ 'etc/debian_version': '12.5\n' }, 'debian', '12', ''],
  [{ 'etc/debian_version': 'trixie/sid\n' }, 'debian', '', 'trixie'],
])('without os-release: %j', (files, id, versionId, codename) => {
  expect(catalogOf(files).distribution).toMatchObject({ id, versionId, codename })
})

test('no file, or one that names nothing, is no distribution', () => {
  expect(catalogOf({}).distribution).toBeNull()
  expect(catalogOf({ 'etc/os-release': 'NAME=x\n' }).distribution).toBeNull()
})
