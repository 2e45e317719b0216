// Chance that can be repeated: a 32-bit generator (sfc32) from a text.
import { createHash } from 'node:crypto'

/** A source of whole numbers. */
export interface Random {
  /** A number from 0 up to, not including, `below`. */
  readonly below: (below: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

/** The same text gives the same numbers. */
export function randomFrom(text: string): Random {
  const seed = createHash('sha256').update(text).digest()
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => seed.readInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ]
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return sum >>> 0
  }
  const below = (limit: number): number => (limit <= 1 ? 0 : next() % limit)
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
  }
}
