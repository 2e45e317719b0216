import { SPDX } from '@cyclonedx/cyclonedx-library'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLicence } from '../../src/report/licence.ts'

const read = (text: string) => readLicence(text, (id) => SPDX.isSupportedSpdxId(id))

describe('readLicence', () => {
  it.each([
    ['MIT', 'MIT'],
    ['mit', 'MIT'],
    ['MIT License', 'MIT'],
    ['Expat', 'MIT'],
    ['BSD-3-clause', 'BSD-3-Clause'],
    ['Apache 2', 'Apache-2.0'],
    ['Apache License 2.0', 'Apache-2.0'],
    ['GPL-2+', 'GPL-2.0-or-later'],
    ['GPLv2+', 'GPL-2.0-or-later'],
    ['GPL-2', 'GPL-2.0-only'],
    ['GPL-1+', 'GPL-1.0-or-later'],
    ['zlib', 'Zlib'],
  ])('takes %s as the id %s', (text, id) => {
    expect(read(text)).toMatchObject({ kind: 'id', value: id, from: text === id ? '' : text })
  })

  it.each([
    ['MIT OR Apache-2.0', 'MIT OR Apache-2.0'],
    [
      'GPL-2.0-or-later WITH Classpath-exception-2.0',
      'GPL-2.0-or-later WITH Classpath-exception-2.0',
    ],
    ['LGPL-2.1+ and Expat', 'LGPL-2.1+ AND MIT'],
  ])('takes %s as the expression %s', (text, expression) => {
    expect(read(text)).toMatchObject({ kind: 'expression', value: expression })
  })

  // Each of these comes out of spdx-correct as an id that the text does not say.
  it.each([
    'BSD',
    'GPL',
    'LGPL',
    'Apache',
    'Artistic',
    'PSF',
    'CC0',
    'Unlicensed',
    'UNLICENSED',
    'BSD-like',
    'MIT,Apache',
    '(MIT AND BSD)',
    'GPL v3',
    'LGPLv3',
    'MIT/X11',
    'MIT or Proprietary',
    'Dual MIT',
    'custom:MIT',
    'public-domain',
    'Proprietary',
    'SEE LICENSE IN LICENSE',
  ])('leaves %s a name', (text) => {
    expect(read(text)).toEqual({ kind: 'name', value: text, from: '' })
  })

  it.each(['', ' ', 'UNKNOWN', 'none', 'NOASSERTION'])('takes "%s" as nothing said', (text) => {
    expect(read(text)).toBeNull()
  })

  it('keeps only the beginning of a whole text', () => {
    const licence = read(`Permission is hereby granted,\n free of charge ${'x'.repeat(5000)}`)
    expect(licence?.kind).toBe('name')
    expect([...(licence?.value ?? '')].length).toBe(80)
    expect(licence?.value).toMatch(/^Permission is hereby granted, free/)
  })

  it('survives any text, and gives ids that exist', () => {
    expect(read('('.repeat(100_000))?.kind).toBe('name')
    const words = fc.constantFrom(
      'MIT',
      'GPL-2',
      '+',
      ' or ',
      ' AND ',
      '(',
      ')',
      'WITH',
      'BSD',
      ' ',
      '2.0',
      'v3',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(words).map((list) => list.join('')),
        ),
        (text) => {
          const licence = read(text)
          if (licence?.kind === 'id') expect(SPDX.isSupportedSpdxId(licence.value)).toBe(true)
          if (licence?.kind === 'name') expect([...licence.value].length).toBeLessThanOrEqual(80)
        },
      ),
      { numRuns: 500 },
    )
  })
})
