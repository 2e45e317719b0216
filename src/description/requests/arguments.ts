// The words of a command as options and operands (POSIX.1-2024, XBD 12.2, and GNU's long options).

/** Which options take a value in the next word. */
export interface OptionTable {
  /** Letters of short options. */
  readonly short: string
  /** Long options, with their dashes. */
  readonly long: readonly string[]
}

/** A word that is no option. */
export interface Operand {
  readonly text: string
  /** It holds an expansion that is not known. */
  readonly dynamic: boolean
}

/** An option; null when no value belongs to it. */
export interface Option {
  readonly name: string
  readonly value: string | null
}

/** A command line after its program. */
export interface Arguments {
  readonly operands: readonly Operand[]
  readonly options: readonly Option[]
}

/** Splits words; options may stand after operands, `--` ends them. */
export function readArguments(
  words: readonly string[],
  dynamic: readonly boolean[],
  table: OptionTable,
): Arguments {
  const operands: Operand[] = []
  const options: Option[] = []
  for (let at = 0; at < words.length; at += 1) {
    const text = words[at] ?? ''
    if (text === '--') {
      for (const [index, one] of words.entries()) {
        if (index > at) operands.push({ text: one, dynamic: dynamic[index] === true })
      }
      break
    }
    if (!text.startsWith('-') || text === '-') {
      operands.push({ text, dynamic: dynamic[at] === true })
      continue
    }
    const read = text.startsWith('--') ? readLong(text, table) : readShort(text, table)
    const last = read.options.at(-1)
    // one by one: a word of a stranger may hold more letters than a call takes arguments
    for (const option of read.options.slice(0, -1)) options.push(option)
    if (last === undefined) continue
    if (!read.takesNext) options.push(last)
    else {
      at += 1
      options.push({ name: last.name, value: words[at] ?? null })
    }
  }
  return { operands, options }
}

interface ReadOption {
  readonly options: readonly Option[]
  readonly takesNext: boolean
}

function readLong(text: string, table: OptionTable): ReadOption {
  const equals = text.indexOf('=')
  if (equals >= 0) {
    return {
      options: [{ name: text.slice(0, equals), value: text.slice(equals + 1) }],
      takesNext: false,
    }
  }
  return { options: [{ name: text, value: null }], takesNext: table.long.includes(text) }
}

/** `-yqq`, `-t stable`, `-tstable`, `-t=stable`. */
function readShort(text: string, table: OptionTable): ReadOption {
  const options: Option[] = []
  for (let at = 1; at < text.length; at += 1) {
    const letter = text[at] ?? ''
    const name = `-${letter}`
    const rest = text.slice(at + 1)
    if (table.short.includes(letter)) {
      if (rest === '') return { options: [...options, { name, value: null }], takesNext: true }
      options.push({ name, value: rest.replace(/^=/, '') })
      return { options, takesNext: false }
    }
    if (rest.startsWith('=')) {
      options.push({ name, value: rest.slice(1) })
      return { options, takesNext: false }
    }
    options.push({ name, value: null })
  }
  return { options, takesNext: false }
}

/** Options as the request shows them: `--name=value`, `-x value`, `-x`. */
export function shownOptions(options: readonly Option[], telling: ReadonlySet<string>): string[] {
  const shown = options
    .filter(({ name }) => telling.has(name))
    .map(({ name, value }) => {
      if (value === null) return name
      return name.startsWith('--') ? `${name}=${value}` : `${name} ${value}`
    })
  return [...new Set(shown)]
}
