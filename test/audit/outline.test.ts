import { describe, expect, it } from 'vitest'
import { packageDifference } from '../../src/audit/outline.ts'

const deb = (name: string, version: string) => `pkg:deb/debian/${name}@${version}?arch=amd64`

describe('the difference of two package lists', () => {
  it('names what came, what went and what changed its version', () => {
    const before = [deb('curl', '7.1'), deb('tar', '1.34'), deb('zlib1g', '1:1.2')]
    const after = [deb('curl', '7.2'), deb('zlib1g', '1:1.2'), deb('jq', '1.6')]
    expect(packageDifference(before, after)).toEqual({
      added: ['jq 1.6'],
      removed: ['tar 1.34'],
      changed: ['curl 7.1 → 7.2'],
      counts: { added: 1, removed: 1, changed: 1 },
    })
  })

  it('a package that is there in several versions has no single old one', () => {
    const npm = (version: string) => `pkg:npm/ms@${version}`
    const difference = packageDifference([npm('1.0.0'), npm('2.0.0')], [npm('2.0.0'), npm('3.0.0')])
    expect(difference.changed).toEqual(['ms 1.0.0 → 3.0.0'])
    const more = packageDifference([npm('1.0.0')], [npm('2.0.0'), npm('3.0.0')])
    expect(more).toMatchObject({ added: ['ms 2.0.0', 'ms 3.0.0'], removed: ['ms 1.0.0'] })
  })

  it('a scope is part of the name, not a version', () => {
    const difference = packageDifference(['pkg:npm/%40a/b@1.0.0'], ['pkg:npm/%40a/b@1.1.0'])
    expect(difference.changed).toEqual(['@a/b 1.0.0 → 1.1.0'])
  })

  it('lists are bounded, counts are not', () => {
    const after = Array.from({ length: 200 }, (_, index) => deb(`lib${index}`, '1'))
    const difference = packageDifference([], after)
    expect(difference.added.length).toBeLessThan(200)
    expect(difference.counts.added).toBe(200)
  })
})
