import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { printable } from '../../src/core/index.ts'
import { alignRows, clipEnd, clipMiddle, wrapText } from '../../src/report/layout.ts'

describe('layout', () => {
  const shown = fc.string({ unit: 'grapheme', maxLength: 120 }).map(printable)

  it('never exceeds the columns it was given', () => {
    fc.assert(
      fc.property(shown, fc.integer({ min: 8, max: 100 }), (text, columns) => {
        expect(stringWidth(clipEnd(text, columns))).toBeLessThanOrEqual(columns)
        expect(stringWidth(clipMiddle(text, columns))).toBeLessThanOrEqual(columns)
        for (const line of wrapText(text, columns))
          expect(stringWidth(line)).toBeLessThanOrEqual(columns)
      }),
    )
  })

  it('loses no character in wrapping', () => {
    fc.assert(
      fc.property(shown, fc.integer({ min: 8, max: 40 }), (text, columns) => {
        expect(wrapText(text, columns).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })

  it('keeps both ends of a path', () => {
    expect(clipMiddle('usr/lib/x86_64-linux-gnu/libz.so.1.2.13', 20)).toBe('usr/lib…bz.so.1.2.13')
  })

  it('aligns wide characters', () => {
    expect(
      alignRows([
        ['古', 'x'],
        ['ab', 'y'],
      ]),
    ).toEqual(['古  x', 'ab  y'])
  })
})
