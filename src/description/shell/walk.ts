// A shell script's tree to its simple commands, in the order in which they are written.
import type {
  AndOr,
  Assignment,
  Command as CommandNode,
  CompoundList,
  PipelineNode,
  Statement,
  SyntaxNode,
  Word,
} from 'unbash'
import { forEachChild, parse } from 'unbash'
import { nameOf, printable } from '../../core/index.ts'
import { assignedNames, namesSetBy } from './assigned.ts'
import type { Values } from './values.ts'
import { type ReadWord, readValue, readWord } from './word.ts'
import { shellScript, unwrap, type Words } from './wrapper.ts'

/** A script, and the line of the Dockerfile that each of its characters stands on. */
export interface ShellText {
  readonly source: string
  lineOf(offset: number): number
  /** The shell expands `{a,b}`. */
  readonly braces: boolean
}

/** A simple command, before its place in the Dockerfile is known. */
export interface FoundCommand extends Words {
  readonly line: number
  readonly assignments: Readonly<Record<string, string>>
  readonly conditional: boolean
  readonly pipeline: number
  readonly pipelineIndex: number
  readonly text: string
}

/** Text that is not read, and why. */
export interface Unread {
  readonly line: number
  readonly reason: string
}

/** Scripts within scripts that are read. */
const MAX_DEPTH = 6
/** Commands of one instruction. */
const MAX_COMMANDS = 5_000
/** Characters of a command's text that are kept. */
const MAX_TEXT = 4_096

interface Place {
  readonly text: ShellText
  readonly values: Values
  readonly conditional: boolean
  /** The pipeline that the statement around is part of. */
  readonly pipeline: { readonly number: number; readonly index: number } | null
  readonly depth: number
}

/** Collects the commands of one instruction. */
export class Walker {
  readonly commands: FoundCommand[] = []
  readonly unread: Unread[] = []
  /** What programs that this instruction starts are given. */
  readonly #outer: Values
  #pipelines = 0

  constructor(values: Values) {
    this.#outer = values
  }

  /** Reads a script. */
  read(text: ShellText): void {
    const values = this.#outer.copy()
    this.#script({ text, values, conditional: false, pipeline: null, depth: 0 })
  }

  /** Takes a command that is already split into words. */
  take(words: readonly string[], text: string, line: number): void {
    const place: Place = {
      text: { source: '', lineOf: () => line, braces: false },
      values: this.#outer.copy(),
      conditional: false,
      pipeline: null,
      depth: 0,
    }
    const dynamic = words.map(() => false)
    this.#emit({ words, dynamic, local: {}, place, line, text, node: null })
  }

  #script(place: Place): void {
    const script = parse(place.text.source)
    // the first one; the others follow from it
    for (const error of script.errors?.slice(0, 1) ?? []) {
      this.#leave(place.text.lineOf(error.pos), `the shell text cannot be read: ${error.message}`)
    }
    this.#statements(script.commands, place)
  }

  #leave(line: number, reason: string): void {
    if (this.unread.length < 20) this.unread.push({ line, reason: printable(reason) })
  }

  #statements(statements: readonly Statement[], place: Place): void {
    for (const { command, background } of statements) {
      const own = background === true ? { ...place, values: place.values.copy() } : place
      if (command.type === 'AndOr') this.#andOr(command, own)
      else this.#pipeline(command, own)
    }
  }

  #andOr(node: AndOr, place: Place): void {
    for (const [index, command] of node.commands.entries()) {
      if (index > 0 && node.operators[index - 1] === '||') this.#perhaps(command, place)
      else this.#pipeline(command, place)
    }
  }

  /** What runs only under a condition: afterwards nothing that it assigns is known. */
  #perhaps(node: PipelineNode | CompoundList, place: Place): void {
    const inner = { ...place, conditional: true, values: place.values.copy() }
    if (node.type === 'CompoundList') this.#statements(node.commands, inner)
    else this.#pipeline(node, inner)
    this.#forget(node, place.values)
  }

  /** A body that may run several times: what it assigns is not known in it either. */
  #again(node: SyntaxNode, body: CompoundList, place: Place): void {
    this.#forget(node, place.values)
    this.#perhaps(body, place)
  }

  #forget(node: SyntaxNode, values: Values): void {
    const names = assignedNames(node)
    if (names === null) values.forgetAll()
    for (const name of names ?? []) values.forget(name)
  }

  #pipeline(node: PipelineNode, place: Place): void {
    if (node.type !== 'Pipeline') {
      this.#node(node, place)
      return
    }
    if (node.commands.length === 1) {
      for (const command of node.commands) this.#node(command, place)
      return
    }
    const number = this.#pipelines++
    for (const [index, command] of node.commands.entries()) {
      const values = place.values.copy()
      this.#node(command, { ...place, values, pipeline: { number, index } })
    }
  }

  #node(node: PipelineNode, place: Place): void {
    switch (node.type) {
      case 'Command':
        this.#command(node, place)
        break
      case 'Redirected':
        for (const one of node.redirects) this.#substitutions(one, place)
        this.#node(node.command, place)
        break
      case 'Subshell':
        this.#statements(node.body.commands, { ...place, values: place.values.copy() })
        break
      case 'BraceGroup':
        this.#statements(node.body.commands, place)
        break
      case 'If':
        this.#statements(node.clause.commands, place)
        this.#perhaps(node.then, place)
        for (const { clause, then } of node.elif) {
          this.#perhaps(clause, place)
          this.#perhaps(then, place)
        }
        if (node.else !== undefined) this.#perhaps(node.else, place)
        break
      case 'While':
        this.#forget(node, place.values)
        this.#statements(node.clause.commands, place)
        this.#again(node, node.body, place)
        break
      default:
        this.#others(node, place)
    }
  }

  #others(node: PipelineNode, place: Place): void {
    switch (node.type) {
      case 'For':
      case 'Select':
        for (const word of node.wordlist ?? []) this.#substitutions(word, place)
        place.values.forget(node.name.value)
        this.#again(node, node.body, place)
        break
      case 'ArithmeticFor':
        this.#again(node, node.body, place)
        break
      case 'Case':
        this.#substitutions(node.word, place)
        for (const item of node.items) this.#perhaps(item.body, place)
        break
      case 'Function':
      case 'Coproc': {
        const { body } = node
        if (body.type === 'CompoundList') this.#again(node, body, place)
        else {
          this.#forget(node, place.values)
          this.#perhaps(body, place)
        }
        break
      }
      default:
        this.#substitutions(node, place)
    }
  }

  #command(node: CommandNode, place: Place): void {
    const { values, text } = place
    const given: ReadWord[] = []
    const local: Record<string, string> = {}
    const set: [string, string | null][] = []
    const take = (word: Word) => {
      this.#substitutions(word, place)
      given.push(...readWord(word, values, text.braces))
    }
    for (const part of node.prefix) {
      this.#substitutions(part, place)
      if (part.type !== 'Assignment') continue
      const value = assignedValue(part, values)
      local[part.name] = value ?? part.text.slice(part.text.indexOf('=') + 1)
      if (node.name === undefined) set.push([part.name, value])
    }
    if (node.name !== undefined) take(node.name)
    for (const part of node.suffix) {
      if (part.type === 'Word') take(part)
      else this.#substitutions(part, place)
      if (part.type !== 'Assignment') continue
      const value = assignedValue(part, values)
      set.push([part.name, value])
      const shown = value === null ? part.text : `${part.name}=${value}`
      given.push({ text: shown, dynamic: value === null })
    }
    this.#emit({
      words: given.map((one) => one.text),
      dynamic: given.map((one) => one.dynamic),
      local,
      place,
      line: text.lineOf(node.pos),
      text: text.source.slice(node.pos, node.end),
      node,
    })
    const names = namesSetBy(given.map((one) => one.text))
    if (names === null) values.forgetAll()
    for (const name of names ?? []) values.forget(name)
    for (const [name, value] of set) {
      if (value === null) values.forget(name)
      else values.set(name, value)
    }
  }

  #emit(simple: Simple): void {
    const { place, line, local } = simple
    if (this.commands.length >= MAX_COMMANDS) {
      if (this.commands.length === MAX_COMMANDS) this.#leave(line, 'there are too many commands')
      return
    }
    const { words, dynamic, assignments } = unwrap(simple)
    this.commands.push({
      words,
      dynamic,
      line,
      assignments: { ...local, ...assignments },
      conditional: place.conditional,
      pipeline: place.pipeline?.number ?? this.#pipelines++,
      pipelineIndex: place.pipeline?.index ?? 0,
      text: simple.text.slice(0, MAX_TEXT),
    })
    this.#inner({ words, dynamic }, simple)
  }

  /** Reads the script that a command runs: of `sh -c`, or of a heredoc on its standard input. */
  #inner(words: Words, { place, line, node }: Simple): void {
    const script = shellScript(words)
    const isBash = nameOf(words.words[0] ?? '') === 'bash'
    const heredoc = node?.redirects.findLast((one) => one.type === 'HereDoc')
    if (typeof script === 'object' && script !== null) {
      const substitutes = script.dynamic && /\$\(|`|<\(/.test(script.text)
      if (!substitutes) this.#nested(script.text, () => line, place, isBash)
    } else if (heredoc !== undefined && script === 'input') {
      const { pos } = heredoc.body
      const lineOf = (offset: number) => place.text.lineOf(pos + offset)
      this.#nested(heredoc.body.text, lineOf, place, isBash)
    } else if (heredoc !== undefined && isInterpreter(words.words[0] ?? '')) {
      this.#leave(line, `the heredoc that ${words.words[0]} runs is no shell script`)
    }
  }

  #nested(source: string, lineOf: ShellText['lineOf'], place: Place, isBash: boolean): void {
    const depth = place.depth + 1
    if (depth > MAX_DEPTH) {
      this.#leave(lineOf(0), 'scripts are nested too deeply')
      return
    }
    const values = place.values.sharedWith(this.#outer)
    const { conditional } = place
    const text = { source, lineOf, braces: place.text.braces || isBash }
    this.#script({ text, values, conditional, pipeline: null, depth })
  }

  /** Reads the scripts of command and process substitutions in a tree. */
  #substitutions(node: SyntaxNode, place: Place): void {
    if (node.type === 'CommandExpansion' || node.type === 'ProcessSubstitution') {
      const { script } = node
      if (script === undefined) return
      const line = place.text.lineOf(node.pos)
      const { source } = script
      // a script between backticks has a text of its own
      const text = source === undefined ? place.text : { ...place.text, source, lineOf: () => line }
      const values = place.values.copy()
      this.#statements(script.commands, { ...place, text, values, pipeline: null })
      return
    }
    forEachChild(node, (child) => this.#substitutions(child, place))
  }
}

interface Simple extends Words {
  readonly local: Readonly<Record<string, string>>
  readonly place: Place
  readonly line: number
  readonly text: string
  readonly node: CommandNode | null
}

/** What a variable is set to; null when the text does not tell. */
function assignedValue(assignment: Assignment, values: Values): string | null {
  const { value, append, index } = assignment
  if (value.type !== 'Word' || append === true || index !== undefined) return null
  return readValue(value, values)
}

function isInterpreter(program: string): boolean {
  return /^(?:python|perl|ruby|node|php|pwsh|lua|Rscript)[\d.]*$/.test(nameOf(program))
}
