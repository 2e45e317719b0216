import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStanzas, relationItems, relationNames } from '../../../src/catalog/dpkg/control.ts'

function fieldsOf(text: string): Record<string, string>[] {
  return [...parseStanzas(text)].map((stanza) => Object.fromEntries(stanza.fields))
}

test('blank lines part paragraphs, one or many, with or without carriage returns', () => {
  expect(fieldsOf('\n\nA: 1\nB: 2\n\n\n\r\nA: 3\r\n\r\nA: 4')).toEqual([
    { a: '1', b: '2' },
    { a: '3' },
    { a: '4' },
  ])
})

test('field names are case-insensitive, and the first of two equal ones holds', () => {
  const [stanza] = parseStanzas('Version: 1\nVERSION: 2\n continued\nOther: 3\n')
  expect(Object.fromEntries(stanza?.fields ?? [])).toEqual({ version: '1', other: '3' })
  expect(stanza?.problems).toEqual(['line 2 repeats the field VERSION', 'line 3 continues nothing'])
})

test('continuation lines keep their text without the first space', () => {
  expect(fieldsOf('Description: short\n long\n  deeper\n .\n \t\nNext: 1\n')).toEqual([
    { description: 'short\nlong\n deeper\n.\n', next: '1' },
  ])
})

test('a line that fits nowhere is named, and the rest is read', () => {
  const [stanza] = parseStanzas('A: 1\nnonsense\n: no name\nB: 2\n')
  expect(Object.fromEntries(stanza?.fields ?? [])).toEqual({ a: '1', b: '2' })
  expect(stanza?.problems).toEqual(['line 2 is no field', 'line 3 is no field'])
})

test('a paragraph knows its own text and line', () => {
  const stanzas = [...parseStanzas('A: 1\n\n\nB: 2\n c\n\nC: 3')]
  expect(stanzas.map(({ text, line }) => [line, text])).toEqual([
    [1, 'A: 1'],
    [4, 'B: 2\n c'],
    [7, 'C: 3'],
  ])
})

describe('properties', () => {
  const name = fc.stringMatching(/^[A-Z][A-Za-z-]{0,12}$/)
  const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/)
  const stanza = fc.uniqueArray(fc.tuple(name, value), {
    minLength: 1,
    maxLength: 8,
    selector: ([key]) => key.toLowerCase(),
  })

  test('what is written is read', () => {
    fc.assert(
      fc.property(
        fc.array(stanza, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        (stanzas, end) => {
          const text = stanzas
            .map((fields) => fields.map(([key, each]) => `${key}: ${each}${end}`).join(''))
            .join(end)
          const expected = stanzas.map((fields) =>
            Object.fromEntries(fields.map(([key, each]) => [key.toLowerCase(), each])),
          )
          expect(fieldsOf(text)).toEqual(expected)
        },
      ),
    )
  })

  test('any text gives paragraphs that lie in it, in order', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('', ' ', 'A: 1', ' c', '\r', ':'),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const text = lines.join('\n')
        let from = 0
        for (const stanza of parseStanzas(text)) {
          const at = text.indexOf(stanza.text, from)
          expect(at).toBeGreaterThanOrEqual(from)
          from = at + stanza.text.length
        }
      }),
    )
  })
})

test('relations are items with alternatives, without versions, architectures and profiles', () => {
  const items = relationItems('a (>= 1), b:any | c [amd64] ,\n d <!nocheck>,, e(<<2)')
  expect(items).toEqual(['a (>= 1)', 'b:any | c [amd64]', 'd <!nocheck>', 'e(<<2)'])
  expect(items.map(relationNames)).toEqual([['a'], ['b', 'c'], ['d'], ['e']])
  expect(relationItems(undefined)).toEqual([])
})
