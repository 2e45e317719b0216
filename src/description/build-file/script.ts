// Shell scripts of CI jobs: which of their commands build images, in which folder, and what else they hand over to.
import { nameOf } from '../../core/index.ts'
import { Values } from '../shell/values.ts'
import { type FoundCommand, Walker } from '../shell/walk.ts'
import { type BuildCommand, buildOf } from './command.ts'
import type { BuildFileContent } from './reader.ts'
import { fillShell, placeOf, type Value } from './value.ts'

/** A script of a job. */
export interface JobScript {
  readonly source: string
  /** Line of the file for each line of the source, from 0. */
  readonly lines: readonly number[]
  readonly file: string
  readonly tool: BuildCommand['tool']
  /** The job. */
  readonly name: string
  /** Where it begins, from the repository's root; null when it is not known. */
  readonly folder: string | null
  readonly variables: ReadonlyMap<string, Value>
  /** Puts back what the caller took out of the text because no shell can read it. */
  readonly restore: (text: string) => Value
}

/** Longest script that is read. Characters. */
const MAX_SCRIPT = 128 * 1024
/** Builds of one script. */
const MAX_BUILDS = 100

/** The builds of a script. */
export function readScript(script: JobScript): BuildFileContent {
  const { definitions, unread } = new ScriptReader(script).read()
  return { definitions, unread, problem: '' }
}

class ScriptReader {
  readonly #script: JobScript
  #folder: string | null
  /** A `cd` behind a parenthesis holds for its line. */
  #subshell: { readonly line: number; readonly before: string | null } | null = null

  constructor(script: JobScript) {
    this.#script = script
    this.#folder = script.folder
  }

  read(): Pick<BuildFileContent, 'definitions' | 'unread'> {
    const definitions: BuildFileContent['definitions'][number][] = []
    const unread: BuildFileContent['unread'][number][] = []
    const { file, name, tool } = this.#script
    for (const command of this.#commands()) {
      const words = command.words.map((text, at) => this.#value(text, command.dynamic[at] === true))
      this.#move(command, words)
      const { line } = command
      const build = buildOf({ words, folder: this.#folder, file, line, tool, name })
      if (build !== null && definitions.length < MAX_BUILDS) definitions.push(build)
      if (build === null && unread.length === 0 && handsOver(words)) {
        const what = `${name} runs ${words
          .map(({ text }) => text)
          .join(' ')
          .slice(0, 60)}`
        unread.push({ file, line, what, automated: true })
      }
    }
    return { definitions, unread }
  }

  #commands(): readonly FoundCommand[] {
    const { source, lines, variables } = this.#script
    const values = new Values()
    for (const [name, { text, known, open }] of variables)
      if (known && !open) values.set(name, text)
    const starts = [0]
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) {
      starts.push(at + 1)
    }
    const lineOf = (offset: number) => {
      let low = 0
      let high = starts.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((starts[middle] ?? 0) <= offset) low = middle
        else high = middle - 1
      }
      return lines[low] ?? lines.at(-1) ?? 0
    }
    const walker = new Walker(values)
    walker.read({ source: source.slice(0, MAX_SCRIPT), lineOf, braces: true })
    return walker.commands
  }

  #value(text: string, dynamic: boolean): Value {
    const restored = this.#script.restore(text)
    if (!dynamic) return restored
    const filled = fillShell(restored.text, this.#script.variables)
    return { ...filled, known: filled.known && restored.known }
  }

  #move({ line, text, conditional }: FoundCommand, words: readonly Value[]): void {
    if (this.#subshell !== null && this.#subshell.line !== line) {
      this.#folder = this.#subshell.before
      this.#subshell = null
    }
    const verb = words[0]?.text
    if (verb !== 'cd' && verb !== 'pushd' && verb !== 'popd') return
    const { source } = this.#script
    const at = source.indexOf(text)
    if (at > 0 && /\(\s*$/.test(source.slice(Math.max(0, at - 20), at))) {
      this.#subshell ??= { line, before: this.#folder }
    }
    const target = words[1]
    this.#folder =
      target === undefined || conditional || verb === 'popd' ? null : placeOf(this.#folder, target)
  }
}

const RUNNERS = new Set([
  'make',
  'gmake',
  'task',
  'just',
  'earthly',
  'skaffold',
  'mage',
  'rake',
  'bazel',
])

/** True for a command that runs a script or a tool which may build images. */
function handsOver(words: readonly Value[]): boolean {
  const program = words[0]?.text ?? ''
  if (RUNNERS.has(nameOf(program))) return true
  if (/^(?:\.{1,2}\/|scripts?\/|ci\/|\.ci\/|hack\/)[^$]*$/.test(program))
    return !program.endsWith('.js')
  const isShell = ['sh', 'bash', 'source', '.'].includes(nameOf(program))
  return isShell && /\.(?:sh|bash)$/.test(words[1]?.text ?? '')
}
