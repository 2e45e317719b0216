// Text in columns of a terminal: widths as terminals count them, wrapping, clipping, tables.
import stringWidth from 'string-width'

/** Columns that the text takes on a terminal. */
export function columnsOf(text: string): number {
  return stringWidth(text)
}

/** Text cut at the end to a number of columns, with an ellipsis. */
export function clipEnd(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  return `${takeColumns([...text], columns - 1)}…`
}

/** Text cut in the middle: both ends of a path tell what it is. */
export function clipMiddle(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  const characters = [...text]
  const tail = Math.ceil((columns - 1) * 0.6)
  const end = takeColumns(characters.toReversed(), tail)
  const start = takeColumns(characters, columns - 1 - columnsOf(end))
  return `${start}…${[...end].reverse().join('')}`
}

function takeColumns(characters: readonly string[], columns: number): string {
  let taken = ''
  let used = 0
  for (const character of characters) {
    used += columnsOf(character)
    if (used > columns) break
    taken += character
  }
  return taken
}

/** The text in lines of at most this many columns, broken at spaces, longer words at any place. */
export function wrapText(text: string, columns: number): string[] {
  const limit = Math.max(columns, 8)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (columnsOf(joined) <= limit) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (columnsOf(line) > limit) {
      const head = takeColumns([...line], limit)
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  lines.push(line)
  return lines
}

/** Wrapped text behind a first prefix; following lines are indented as far as the first. */
export function hangText(first: string, text: string, columns: number): string[] {
  const indent = columnsOf(first)
  return wrapText(text, columns - indent).map((line, index) =>
    `${index === 0 ? first : ' '.repeat(indent)}${line}`.trimEnd(),
  )
}

/** Pads on the right to a number of columns. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}

/** Pads on the left to a number of columns. */
export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - columnsOf(text))) + text
}

/** Rows as aligned columns, two spaces between them, no trailing spaces; `right` columns hold numbers. */
export function alignRows(
  rows: readonly (readonly string[])[],
  right: readonly boolean[] = [],
): string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, columnsOf(cell))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right[column] === true
          ? padStart(cell, widths[column] ?? 0)
          : padEnd(cell, widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
