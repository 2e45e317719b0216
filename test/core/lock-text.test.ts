// The text of a lock: what is written reads back, and what strangers write is refused with its line.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AssayError,
  LOCK_KINDS,
  LOCK_LIMITS,
  type LockItem,
  type LockKind,
  lockKey,
  looksLikeLock,
  parseLock,
  renderLock,
} from '../../src/core/index.ts'

function refusal(text: string | Uint8Array): string {
  try {
    parseLock(Buffer.from(text as Uint8Array), 'assay.lock')
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'source')
      return `${thrown.where}: ${thrown.message}`
    throw thrown
  }
  return ''
}

const words = fc.string({ unit: 'binary', maxLength: 12 })
const items: fc.Arbitrary<LockItem> = fc
  .constantFrom(...(Object.keys(LOCK_KINDS) as LockKind[]))
  .chain((kind) => {
    const { names, values } = LOCK_KINDS[kind]
    return fc.record({
      kind: fc.constant(kind),
      names: fc.array(words, { minLength: names, maxLength: names }),
      values: fc.array(words, { minLength: values, maxLength: values }),
    })
  })

describe('the text of a lock', () => {
  it('reads back, whatever words it holds, and does not depend on the order of its items', () => {
    const list = fc.uniqueArray(items, { selector: lockKey, maxLength: 20 })
    fc.assert(
      fc.property(list, (given) => {
        const text = renderLock({ items: given })
        const read = parseLock(Buffer.from(text), 'x')
        expect([...read.items].sort((a, b) => (lockKey(a) < lockKey(b) ? -1 : 1))).toEqual(
          [...given].sort((a, b) => (lockKey(a) < lockKey(b) ? -1 : 1)),
        )
        expect(renderLock({ items: given.toReversed() })).toBe(text)
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
      }),
    )
  })

  it('may have carriage returns, comments and lines in any order, as merges and editors leave them', () => {
    const text = 'assay-lock 1\r\n# mine\r\n\r\nsetting User app\r\naccount app passwd sha256:0\r\n'
    expect(parseLock(Buffer.from(text), 'x').items).toEqual([
      { kind: 'setting', names: ['User'], values: ['app'] },
      { kind: 'account', names: ['app'], values: ['passwd', 'sha256:0'] },
    ])
  })

  it.each([
    ['', 'assay.lock:1: this is no lock: it does not begin with "assay-lock 1"'],
    ['{"a":1}\n', 'assay.lock:1: this is no lock: it does not begin with "assay-lock 1"'],
    ['assay-lock 9\n', 'assay.lock:1: the lock is of version 9, which this Assay does not know'],
    [
      'assay-lock 1\nsetting A 1\n<<<<<<< ours\nsetting B 1\n=======\nsetting B 2\n>>>>>>> theirs\n',
      'assay.lock:3: the lock holds the marks of a merge that was not finished',
    ],
    [
      '<<<<<<< ours\nassay-lock 1\n',
      'assay.lock:1: the lock holds the marks of a merge that was not finished',
    ],
    [
      'assay-lock 1\nsetting A 1\nsetting A 2\n',
      'assay.lock:3: the lock cannot be read: it says the same as line 2: setting A 2',
    ],
    [
      'assay-lock 1\nseting A 1\n',
      'assay.lock:2: the lock cannot be read: there is no item seting',
    ],
    [
      'assay-lock 1\nsetting A\n',
      'assay.lock:2: the lock cannot be read: setting has 1 words instead of 2',
    ],
    [
      'assay-lock 1\nsetting A "x\n',
      'assay.lock:2: the lock cannot be read: a word is missing or not closed',
    ],
    [
      'assay-lock 1\nsetting  A x\n',
      'assay.lock:2: the lock cannot be read: a word is missing or not closed',
    ],
    [
      'assay-lock 1\nsetting A "x"y\n',
      'assay.lock:2: the lock cannot be read: words stand too close',
    ],
    [
      'assay-lock 1\nsetting A "\\q"\n',
      'assay.lock:2: the lock cannot be read: "\\q" is not a quoted word',
    ],
    [
      `assay-lock 1\nsetting A ${'x'.repeat(LOCK_LIMITS.line)}\n`,
      'assay.lock:2: the lock cannot be read: the line is too long',
    ],
    [
      `assay-lock 1\n${'#\n'.repeat(LOCK_LIMITS.lines)}`,
      'assay.lock: the lock has more than 1000000 lines',
    ],
    [
      Buffer.from('assay-lock 1\nsetting A \xff\n', 'latin1'),
      'assay.lock: the lock is not UTF-8 text',
    ],
    [Buffer.alloc(LOCK_LIMITS.bytes + 1, 0x23), 'assay.lock: the lock is larger than 64 MiB'],
  ])('%#: what is no lock is refused where it stops being one', (text, message) => {
    expect(refusal(text)).toBe(message)
  })

  it('is told from an image by how it begins', () => {
    expect(looksLikeLock(Buffer.from('assay-lock 1\n'))).toBe(true)
    expect(looksLikeLock(Buffer.from('\ufeffassay-lock 1\n'))).toBe(true)
    expect(looksLikeLock(Buffer.from('assay-locks are fun'))).toBe(false)
    expect(looksLikeLock(Buffer.alloc(512))).toBe(false)
  })
})
