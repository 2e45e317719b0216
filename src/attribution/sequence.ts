// The cheapest pairing of two sequences (Needleman and Wunsch 1970), for histories of any length: equal ends are
// taken off first, and what is too long for one table is cut at steps that stand only once on either side.
import { GAP, NEVER } from './match-cost.ts'

/** A pair of positions; null on one side for what stands alone. */
export interface Place {
  readonly row: number | null
  readonly column: number | null
  /** False for what was never compared, being too much. */
  readonly compared: boolean
}

/** Two sequences and what a pair of their members costs. */
export interface Sequences {
  readonly rows: number
  readonly columns: number
  readonly cost: (row: number, column: number) => number
  /** Texts that are equal where a pair may be taken for certain; '' for members that fit many. */
  readonly rowKey: (row: number) => string
  readonly columnKeys: (column: number) => readonly string[]
  /** Rows before the first column cost nothing. */
  readonly freeLead: boolean
}

/** Cells of one table, and of all tables together: 2 000 of each, ten times the longest history known. */
const MAX_CELLS = 4_000_000
/** Pairs below this cost are equal. */
const EQUAL = 1

interface Block {
  readonly row: number
  readonly rows: number
  readonly column: number
  readonly columns: number
}

/** The pairs of the cheapest alignment, in order; each member once. */
export function pairUp(sequences: Sequences): readonly Place[] {
  const { rows, columns } = sequences
  let tail = 0
  // an equal last pair is part of a cheapest alignment; so is what stands before it
  while (
    tail < Math.min(rows, columns) &&
    sequences.cost(rows - 1 - tail, columns - 1 - tail) === 0
  ) {
    tail += 1
  }
  const block = { row: 0, rows: rows - tail, column: 0, columns: columns - tail }
  const places = [...pairBlock(sequences, block, { left: MAX_CELLS })]
  for (let at = tail; at > 0; at -= 1) {
    places.push({ row: rows - at, column: columns - at, compared: true })
  }
  return places
}

function* pairBlock(
  sequences: Sequences,
  block: Block,
  budget: { left: number },
): Generator<Place> {
  const cells = (block.rows + 1) * (block.columns + 1)
  if (cells <= budget.left) {
    budget.left -= cells
    yield* new Table(sequences, block).pairs()
    return
  }
  const anchors = anchorsIn(sequences, block)
  if (anchors.length === 0) {
    yield* uncompared(block)
    return
  }
  let { row, column } = block
  for (const anchor of [...anchors, null]) {
    const endRow = anchor?.row ?? block.row + block.rows
    const endColumn = anchor?.column ?? block.column + block.columns
    const between = { row, rows: endRow - row, column, columns: endColumn - column }
    yield* pairBlock(sequences, between, budget)
    if (anchor === null) continue
    yield { row: anchor.row, column: anchor.column, compared: true }
    row = endRow + 1
    column = endColumn + 1
  }
}

function* uncompared({ row, rows, column, columns }: Block): Generator<Place> {
  const compared = rows === 0 || columns === 0
  for (let at = 0; at < rows; at += 1) yield { row: row + at, column: null, compared }
  for (let at = 0; at < columns; at += 1) yield { row: null, column: column + at, compared }
}

interface Anchor {
  readonly row: number
  readonly column: number
}

/** Equal members that stand once on either side, as many as lie in one order (patience). */
function anchorsIn(sequences: Sequences, block: Block): readonly Anchor[] {
  const rows = onlyOnes(block.row, block.rows, (at) => [sequences.rowKey(at)])
  const columns = onlyOnes(block.column, block.columns, sequences.columnKeys)
  const found: Anchor[] = []
  for (const [key, column] of columns) {
    const row = rows.get(key)
    if (row !== undefined && sequences.cost(row, column) < EQUAL) found.push({ row, column })
  }
  return longestRise(found.sort((a, b) => a.column - b.column || a.row - b.row))
}

function onlyOnes(
  first: number,
  count: number,
  keysOf: (at: number) => readonly string[],
): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  const often = new Set<string>()
  for (let at = first; at < first + count; at += 1) {
    for (const key of new Set(keysOf(at))) {
      if (key === '' || often.has(key)) continue
      if (found.has(key)) {
        found.delete(key)
        often.add(key)
      } else found.set(key, at)
    }
  }
  return found
}

/** The longest run of anchors whose rows rise, by the lowest ends of runs of each length. */
function longestRise(anchors: readonly Anchor[]): readonly Anchor[] {
  const ends: number[] = []
  const before: number[] = []
  const rowAt = (index: number | undefined) => anchors[index ?? -1]?.row ?? NEVER
  for (const [index, { row, column }] of anchors.entries()) {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (rowAt(ends[middle]) < row) low = middle + 1
      else high = middle
    }
    const previous = ends[low - 1]
    before.push(previous ?? -1)
    // one column is used once
    if (previous === undefined || (anchors[previous]?.column ?? -1) < column) ends[low] = index
  }
  const run: Anchor[] = []
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const anchor = anchors[at]
    if (anchor !== undefined) run.push(anchor)
  }
  return run.reverse()
}

/** What the best alignment of each beginning costs; counted once. */
class Table {
  readonly #sequences: Sequences
  readonly #block: Block
  readonly #width: number
  readonly #freeLead: boolean
  readonly #costs: Float64Array

  constructor(sequences: Sequences, block: Block) {
    this.#sequences = sequences
    this.#block = block
    this.#width = block.columns + 1
    this.#freeLead = sequences.freeLead && block.row === 0 && block.column === 0
    this.#costs = new Float64Array((block.rows + 1) * this.#width)
    for (let row = 0; row <= block.rows; row += 1) this.#fill(row)
  }

  /** The pairs from the first to the last. */
  pairs(): readonly Place[] {
    const places: Place[] = []
    let row = this.#block.rows
    let column = this.#block.columns
    while (row > 0 || column > 0) {
      const here = this.#at(row, column)
      const isPair = row > 0 && column > 0 && here === this.#match(row, column)
      const isColumn = !isPair && column > 0 && here === this.#at(row, column - 1) + GAP
      places.push({
        row: isColumn ? null : this.#block.row + row - 1,
        column: isPair || isColumn ? this.#block.column + column - 1 : null,
        compared: true,
      })
      if (!isColumn) row -= 1
      if (isPair || isColumn) column -= 1
    }
    return places.reverse()
  }

  #at(row: number, column: number): number {
    return row < 0 || column < 0 ? NEVER : (this.#costs[row * this.#width + column] ?? NEVER)
  }

  #match(row: number, column: number): number {
    const { row: firstRow, column: firstColumn } = this.#block
    const cost = this.#sequences.cost(firstRow + row - 1, firstColumn + column - 1)
    return cost < 2 * GAP ? this.#at(row - 1, column - 1) + cost : NEVER
  }

  #fill(row: number): void {
    for (let column = 0; column < this.#width; column += 1) {
      const skipRow = this.#at(row - 1, column) + (this.#freeLead && column === 0 ? 0 : GAP)
      const skipColumn = this.#at(row, column - 1) + GAP
      const pair = row > 0 && column > 0 ? this.#match(row, column) : NEVER
      this.#costs[row * this.#width + column] =
        row === 0 ? column * GAP : Math.min(skipRow, skipColumn, pair)
    }
  }
}
