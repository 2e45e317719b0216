import { describe, expect, test } from 'vitest'
import { apkInstalled, apkWorld, atomName } from '../../../src/catalog/apk/installed.ts'
import { catalogOf, rowsOf, rowsOfKind } from '../../support/rows.ts'

const DATABASE = 'lib/apk/db/installed'

test('a line longer than any buffer is one line', () => {
  const provides = Array.from({ length: 20_000 }, (_, index) => `so:lib${index}.so=1`).join(' ')
  const rows = rowsOf(apkInstalled, `P:big\nV:1\np:${provides}\n\nP:after\nV:2\n`)
  const packages = rowsOfKind(rows, 'package')
  expect(packages.map((each) => [each.name, each.provides.length])).toEqual([
    ['big', 20_000],
    ['after', 0],
  ])
})

describe('digests', () => {
  test.each([
    ['Q1qYKghR2e30vUbQ1DKV0J9HHzALY=', 'a982a0851d9edf4bd46d0d4329' + '5d09f471f300b6'],
    ['d41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427e'],
  ])('%s', (text, digest) => {
    const [row] = rowsOfKind(rowsOf(apkInstalled, `P:p\nV:1\nF:d\nR:f\nZ:${text}\n`), 'package')
    expect(row?.files).toEqual({ paths: ['d/f'], digests: [digest], directories: ['d'] })
  })

  test.each(['Q1', 'Q1not-base64!', 'Q1AAAA', 'XYZ'])(
    '%s cannot be read, and the file is kept',
    (text) => {
      const rows = rowsOf(apkInstalled, `P:p\nV:1\nF:d\nR:f\nZ:${text}\n`)
      expect(rowsOfKind(rows, 'unknown')).toHaveLength(1)
      expect(rowsOfKind(rows, 'package')[0]?.files.digests).toEqual([''])
    },
  )

  test('that of a refused name falls on no other file', () => {
    const text = 'P:p\nV:1\nF:d\nR:good\nR:../bad\nZ:Q1qYKghR2e30vUbQ1DKV0J9HHzALY=\n'
    const rows = rowsOf(apkInstalled, text)
    expect(rowsOfKind(rows, 'package')[0]?.files).toMatchObject({
      paths: ['d/good'],
      digests: [''],
    })
    expect(rowsOfKind(rows, 'unknown')).toHaveLength(1)
  })
})

test('what a package comes beside of itself is no dependency of it', () => {
  const database = 'P:a-openrc\nV:1\nD:x\ni:openrc a=1\n\nP:openrc\nV:1\n\nP:x\nV:1\n'
  const [found] = catalogOf({ [DATABASE]: database }).packages
  expect(found?.dependencies.map(({ kind, alternatives }) => [kind, ...alternatives])).toEqual([
    ['depends', 'x'],
    ['install-if', 'openrc'],
    ['install-if', 'a'],
  ])
  expect(found?.resolved).toHaveLength(1)
})

test('world tells what was asked for; an empty one tells that nothing was', () => {
  const database = 'P:a\nV:1\n\nP:b\nV:1\n'
  const requested = (files: Record<string, string>) =>
    catalogOf({ [DATABASE]: database, ...files }).packages.map((each) => each.requested)
  expect(requested({})).toEqual([null, null])
  expect(requested({ 'etc/apk/world': 'a>=1 !b\n' })).toEqual([true, false])
  expect(requested({ 'etc/apk/world': '' })).toEqual([false, false])
})

test.each([
  ['busybox>=1.36', 'busybox'],
  ['a=1.0-r0', 'a'],
  ['a~1', 'a'],
  ['a@edge', 'a'],
  ['so:libc.so.6', 'so:libc.so.6'],
  ['/bin/sh', '/bin/sh'],
])('the name in %s', (text, name) => {
  expect(atomName(text)).toBe(name)
})

test('a virtual package is one that holds nothing', () => {
  const text =
    'P:.deps\nV:20240101.1\nD:a\n\nP:deps\nV:20240101.1\nT:virtual meta package\n\nP:.real\nV:1\nF:d\nR:f\n'
  expect(catalogOf({ [DATABASE]: text }).packages.map((each) => each.scope)).toEqual([
    'virtual',
    'installed',
    'virtual',
  ])
})

test('world may name anything', () => {
  expect(rowsOf(apkWorld, '  \n\t!conflict  =1\n')).toEqual([])
})
