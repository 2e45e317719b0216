import fc from 'fast-check'
import { PackageURL } from 'packageurl-js'
import { describe, expect, test } from 'vitest'
import { buildPurl, distroOf, type PurlParts } from '../../src/catalog/purl.ts'

function purl(parts: Partial<PurlParts> & { type: string; name: string }): string {
  return buildPurl({ namespace: '', version: '', qualifiers: {}, ...parts })
}

describe('examples of the specification', () => {
  test.each([
    [
      {
        type: 'deb',
        namespace: 'debian',
        name: 'attr',
        version: '1:2.4.47-2+b1',
        qualifiers: { arch: 'amd64' },
      },
      'pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64',
    ],
    [
      {
        type: 'deb',
        namespace: 'Debian',
        name: 'CURL',
        version: '7.50.3-1',
        qualifiers: { distro: 'jessie', arch: 'i386' },
      },
      'pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie',
    ],
    [
      { type: 'npm', namespace: '@angular', name: 'animation', version: '12.3.1' },
      'pkg:npm/%40angular/animation@12.3.1',
    ],
    [{ type: 'npm', name: 'JSONStream', version: '1.3.5' }, 'pkg:npm/JSONStream@1.3.5'],
    [
      { type: 'pypi', name: 'Django_Package', version: '1.11.1.dev1' },
      'pkg:pypi/django-package@1.11.1.dev1',
    ],
    [{ type: 'pypi', name: 'zope.interface', version: '6.0' }, 'pkg:pypi/zope.interface@6.0'],
    [
      {
        type: 'apk',
        namespace: 'alpine',
        name: 'apk',
        version: '2.12.9-r3',
        qualifiers: { arch: 'x86' },
      },
      'pkg:apk/alpine/apk@2.12.9-r3?arch=x86',
    ],
  ])('%o', (parts, expected) => {
    expect(purl(parts)).toBe(expected)
  })
})

test('a tilde and a colon stay, a plus and an at sign are encoded', () => {
  expect(purl({ type: 'deb', name: 'x', version: '1:2~rc1+dfsg@3' })).toBe(
    'pkg:deb/x@1:2~rc1%2Bdfsg%403',
  )
})

test('qualifiers are sorted, lower-case, and left out when empty', () => {
  const qualifiers = { Zed: '1', arch: '', distro: 'debian-12', Upstream: 'a@1' }
  expect(purl({ type: 'deb', name: 'x', qualifiers })).toBe(
    'pkg:deb/x?distro=debian-12&upstream=a%401&zed=1',
  )
})

test('there is none without a name', () => {
  expect(purl({ type: 'npm', name: '', version: '1' })).toBe('')
})

test('bytes that are not UTF-8 do not throw', () => {
  expect(purl({ type: 'npm', name: 'a\udc80b', version: '\ud800' })).toBe(
    'pkg:npm/a%EF%BF%BDb@%EF%BF%BD',
  )
})

test('another implementation reads back what was put in', () => {
  const text = fc
    .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    .filter((each) => each.trim() === each)
  const segment = text.filter((each) => !/[/]/.test(each) && !/^\.{1,2}$/.test(each))
  // packageurl-js decodes qualifiers twice.
  const value = text.filter((each) => !/[%+]/.test(each))
  fc.assert(
    fc.property(segment, segment, text, value, (namespace, name, version, value) => {
      const built = purl({ type: 'generic', namespace, name, version, qualifiers: { key: value } })
      expect(built).toMatch(/^[A-Za-z0-9._~:/@%?&=-]+$/)
      const read = PackageURL.fromString(built)
      expect(read.name).toBe(name)
      expect(read.namespace).toBe(namespace)
      expect(read.version).toBe(version)
      expect(read.qualifiers).toEqual({ key: value })
    }),
  )
})

test('building is a function of the parts, whatever the order of qualifiers', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('arch', 'distro', 'upstream', 'tag'), fc.string()),
      (qualifiers) => {
        const reversed = Object.fromEntries(Object.entries(qualifiers).reverse())
        expect(purl({ type: 'deb', name: 'x', qualifiers })).toBe(
          purl({ type: 'deb', name: 'x', qualifiers: reversed }),
        )
      },
    ),
  )
})

test('distro names the release, or the codename where there is none', () => {
  const debian = {
    id: 'debian',
    idLike: [],
    versionId: '12',
    codename: 'bookworm',
    prettyName: '',
    path: '',
  }
  expect(distroOf(debian)).toBe('debian-12')
  expect(distroOf({ ...debian, versionId: '' })).toBe('debian-bookworm')
  expect(distroOf({ ...debian, versionId: '', codename: '' })).toBe('debian')
  expect(distroOf(null)).toBe('')
})
