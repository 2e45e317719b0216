import { describe, expect, it } from 'vitest'
import { renderPackages } from '../../src/report/packages.ts'
import { makePackage } from '../support/sbom.ts'

const packages = [
  makePackage({
    name: 'left-pad',
    version: '1.3.0',
    type: 'npm',
    location: 'app/node_modules/left-pad',
    licences: ['WTFPL'],
  }),
  makePackage({ name: 'zlib1g', version: '1:1.2.13', architecture: 'amd64', requested: false }),
  makePackage({ name: 'curl', version: '7.88.1', architecture: 'amd64', requested: true }),
  makePackage({ name: 'gone', scope: 'residual' }),
  makePackage({ name: 'evil\u001b[2J\nx', type: 'pypi', purl: 'pkg:pypi/evil\n\u001b@1' }),
]

describe('renderPackages', () => {
  it('shows a table of what is installed, in one order, with a summary', () => {
    const text = renderPackages(packages, 'table')
    expect(text).toBe(renderPackages(packages.toReversed(), 'table'))
    expect(text).toMatch(/curl +7\.88\.1 +deb +amd64 +installed +yes/)
    expect(text).toContain('evil\\x1b[2J\\nx')
    expect(text).not.toContain('gone')
    expect(text.trimEnd().split('\n').at(-1)).toBe('2 deb, 1 npm, 1 pypi')
  })

  it('lists purls, one a line, each once', () => {
    const text = renderPackages([...packages, ...packages], 'purls')
    expect(text.split('\n')).toEqual([
      'pkg:deb/debian/curl@7.88.1',
      'pkg:deb/debian/zlib1g@1:1.2.13',
      'pkg:npm/left-pad@1.3.0',
      'pkg:pypi/evil%0A%1B@1',
      '',
    ])
  })

  it('gives every package as JSON, with its scope', () => {
    const rows: { name: string; scope: string }[] = JSON.parse(renderPackages(packages, 'json'))
    expect(rows).toHaveLength(5)
    expect(rows.find((row) => row.name === 'gone')?.scope).toBe('residual')
  })

  it('says so when there is none', () => {
    expect(renderPackages([], 'table')).toContain('no packages')
    expect(renderPackages([], 'purls')).toBe('')
    expect(renderPackages([], 'json')).toBe('[]\n')
  })
})
