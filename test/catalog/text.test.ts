import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asObject, parseJson } from '../../src/catalog/json.ts'
import { decodeText, hexOfBase64, linesOf } from '../../src/catalog/text.ts'
import { encodeName } from '../../src/core/index.ts'

test('bytes survive as text, UTF-8 or not', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect([...encodeName(decodeText(bytes))]).toEqual([...bytes])
    }),
  )
})

test('lines are those of the text, carriage returns off', () => {
  expect([...linesOf('a\r\nb\n\nc')]).toEqual(['a', 'b', '', 'c'])
  expect([...linesOf('a\n')]).toEqual(['a'])
  expect([...linesOf('')]).toEqual([])
})

test('megabytes that are not UTF-8 are decoded in time', () => {
  const bytes = new Uint8Array(4 << 20).fill(0xff)
  expect(decodeText(bytes)).toHaveLength(bytes.length)
})

test('base64 of another length or alphabet is none', () => {
  expect(hexOfBase64('AAAA', 3)).toBe('000000')
  expect(hexOfBase64('__-_', 3)).toBe('ffffbf')
  expect(hexOfBase64('AAAA', 2)).toBe('')
  expect(hexOfBase64('A A=', 1)).toBe('')
})

test('JSON with a byte order mark and trailing zeros is read; other damage is named', () => {
  expect(parseJson(Buffer.from('\ufeff{"a":1}\n\0\0')).value).toEqual({ a: 1 })
  expect(parseJson(Buffer.from('{"a":')).problem).toMatch(/^not JSON/)
  expect(parseJson(Buffer.alloc(1 << 20)).problem).toMatch(/^not JSON/)
})

test('nesting without end is no stack overflow', () => {
  const deep = parseJson(Buffer.from('['.repeat(1 << 20)))
  expect(deep.problem).toMatch(/^not JSON/)
})

test('objects are seen without their prototype', () => {
  const object = asObject(parseJson(Buffer.from('{"__proto__":1,"b":2}')).value)
  expect([...(object?.keys() ?? [])]).toEqual(['__proto__', 'b'])
  expect(object?.get('toString')).toBeUndefined()
  expect(asObject([])).toBeNull()
  expect(asObject('x')).toBeNull()
})
