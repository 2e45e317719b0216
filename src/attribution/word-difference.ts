// Which words of two texts differ: a longest common subsequence of words, several spans.

/** Words that one text has where the other has others; '' where it has none. */
export interface WordSpan {
  readonly removed: string
  readonly added: string
}

/** Words of one text times words of the other that are compared one by one. */
const MAX_CELLS = 1_000_000

/** The spans in which two texts differ, in order; what lies between them is equal. */
export function wordDifference(expected: string, found: string): readonly WordSpan[] {
  const left = wordsOf(expected)
  const right = wordsOf(found)
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1
  let end = 0
  const most = Math.min(left.length, right.length) - start
  while (end < most && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1
  return spansOf(left.slice(start, left.length - end), right.slice(start, right.length - end))
}

function wordsOf(text: string): string[] {
  return text.split(' ').filter((word) => word !== '')
}

function spansOf(left: readonly string[], right: readonly string[]): readonly WordSpan[] {
  if (left.length === 0 && right.length === 0) return []
  if (left.length * right.length > MAX_CELLS) {
    return [{ removed: left.join(' '), added: right.join(' ') }]
  }
  const length = commonLengths(left, right)
  const width = right.length + 1
  const spans: WordSpan[] = []
  let [removed, added]: [string[], string[]] = [[], []]
  const close = () => {
    if (removed.length + added.length > 0) {
      spans.push({ removed: removed.join(' '), added: added.join(' ') })
    }
    removed = []
    added = []
  }
  let [row, column] = [0, 0]
  while (row < left.length || column < right.length) {
    const [word, other] = [left[row], right[column]]
    if (word !== undefined && word === other) {
      close()
      row += 1
      column += 1
      continue
    }
    const down = length[(row + 1) * width + column] ?? 0
    const across = length[row * width + column + 1] ?? 0
    if (word !== undefined && (other === undefined || down >= across)) {
      removed.push(word)
      row += 1
    } else if (other !== undefined) {
      added.push(other)
      column += 1
    }
  }
  close()
  return spans
}

/** Length of the longest common subsequence of what begins at each pair of positions. */
function commonLengths(left: readonly string[], right: readonly string[]): Uint32Array {
  const width = right.length + 1
  const length = new Uint32Array((left.length + 1) * width)
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      length[row * width + column] =
        left[row] === right[column]
          ? (length[(row + 1) * width + column + 1] ?? 0) + 1
          : Math.max(length[(row + 1) * width + column] ?? 0, length[row * width + column + 1] ?? 0)
    }
  }
  return length
}
