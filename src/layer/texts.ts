// Columns of text: one run of characters, and the length of each text. A first byte tells the encoding, so that
// names that are not UTF-8 (lone surrogates, core/path.ts) survive, and ASCII, the usual case, is read at once.
import { ByteColumn, damagedBlock, readIndexes } from './numbers.ts'

const ASCII = 0
const UTF8 = 1
const UTF16 = 2
const BATCH = 2048
const LONE_SURROGATE = /[\ud800-\udfff]/u

/** Texts that grow at their end. */
export class TextColumn {
  readonly lengths = new ByteColumn()
  #pending: string[] = []
  readonly #batches: Buffer[] = []
  #bytes = 0
  #encoding = ASCII

  /** Bytes held, roughly. */
  get size(): number {
    return this.#bytes
  }

  /** Appends a text. */
  push(text: string): void {
    this.lengths.push(text.length)
    if (text === '') return
    this.#pending.push(text)
    if (this.#pending.length >= BATCH) this.#flush()
  }

  #flush(): void {
    const text = this.#pending.join('')
    this.#pending = []
    if (this.#encoding !== UTF16 && LONE_SURROGATE.test(text)) this.#widen()
    const batch = Buffer.from(text, this.#encoding === UTF16 ? 'utf16le' : 'utf8')
    if (this.#encoding === ASCII && batch.length !== text.length) this.#encoding = UTF8
    this.#batches.push(batch)
    this.#bytes += batch.length
  }

  #widen(): void {
    this.#encoding = UTF16
    for (const [at, batch] of this.#batches.entries())
      this.#batches[at] = Buffer.from(batch.toString('utf8'), 'utf16le')
  }

  /** All texts as one run. */
  bytes(): Buffer {
    this.#flush()
    return Buffer.concat([Uint8Array.of(this.#encoding), ...this.#batches])
  }
}

/** The run of characters that a text column holds. */
export function readRun(bytes: Buffer, what: string): string {
  const encoding = bytes[0]
  if (encoding === ASCII) return bytes.toString('latin1', 1)
  if (encoding === UTF8) return bytes.toString('utf8', 1)
  if (encoding === UTF16 && bytes.length % 2 === 1) return bytes.toString('utf16le', 1)
  throw damagedBlock(what)
}

/** Texts of a column; each is cut out when it is asked for. */
export class Texts {
  readonly #run: string
  readonly #ends: Uint32Array

  constructor(lengths: Buffer, run: Buffer, count: number, what: string) {
    this.#run = readRun(run, what)
    this.#ends = readIndexes(lengths, count, what)
    let end = 0
    for (let index = 0; index < count; index += 1) {
      end += this.#ends[index] ?? 0
      this.#ends[index] = end
    }
    if (end !== this.#run.length) throw damagedBlock(what)
  }

  /** The text at an index. */
  at(index: number): string {
    const start = index === 0 ? 0 : (this.#ends[index - 1] ?? 0)
    return this.#run.substring(start, this.#ends[index] ?? start)
  }
}
