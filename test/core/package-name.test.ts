import { describe, expect, it } from 'vitest'
import { shortPackage } from '../../src/core/index.ts'

describe('shortPackage', () => {
  it.each([
    ['pkg:deb/debian/zlib1g@1%3A1.2.13?arch=amd64', 'zlib1g 1:1.2.13'],
    ['pkg:npm/%40scope/core@7.0.0', '@scope/core 7.0.0'],
    ['pkg:pypi/pip@23.0', 'pip 23.0'],
    ['pkg:deb/debian/x@%zz', 'x %zz'],
    ['src/server.js', 'src/server.js'],
  ])('shows %s as %s', (text, short) => expect(shortPackage(text)).toBe(short))
})
