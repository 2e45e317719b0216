import { describe, expect, it } from 'vitest'
import { showBytes, showCount, showShare } from '../../src/report/quantity.ts'

describe('quantities', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1_048_575, '1.0 MiB'],
    [1_572_864, '1.5 MiB'],
    [2 ** 63, '8.0 EiB'],
  ])('shows %d bytes as %s', (bytes, text) => expect(showBytes(bytes)).toBe(text))

  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1\u202f000'],
    [1_234_567, '1\u202f234\u202f567'],
  ])('counts %d as %s', (count, text) => expect(showCount(count)).toBe(text))

  it.each([
    [0, 10, '0 %'],
    [10, 10, '100 %'],
    [1, 100_000, '<0.1 %'],
    [99_999, 100_000, '99.9 %'],
    [1, 0, ''],
  ])('shows %d of %d as %s', (part, whole, text) => expect(showShare(part, whole)).toBe(text))
})
