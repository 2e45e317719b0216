// The go command (go.dev/ref/mod). What a module needs is in go.sum, and a build refuses what is not.
import { nameOf } from '../../core/index.ts'
import type { Operand } from './arguments.ts'
import {
  type Ask,
  expansionStart,
  isPath,
  listed,
  type NamedVersion,
  type Reader,
  type Surroundings,
} from './manager.ts'

/** Flags of one dash that take the next word. */
const VALUED = new Set([
  'C',
  'o',
  'p',
  'mod',
  'modfile',
  'overlay',
  'tags',
  'ldflags',
  'gcflags',
  'asmflags',
  'gccgoflags',
  'buildmode',
  'compiler',
  'installsuffix',
  'pkgdir',
  'toolexec',
  'exec',
  'covermode',
  'coverpkg',
  'buildvcs',
  'reuse',
])

const TELLING = new Set(['mod', 'modfile', 'u', 'd', 'insecure', 't', 'C'])

interface Parsed {
  readonly operands: readonly Operand[]
  readonly flags: readonly { readonly name: string; readonly value: string | null }[]
}

/** Reads the go command. */
export const go: Reader = {
  reads: (program) => /^go(?:\d+\.\d+(?:\.\d+)?)?$/.test(program),
  read: ({ words, dynamic }, around) => {
    const { operands, flags } = parse(words, dynamic)
    const at = operands.findIndex((one) => !one.dynamic)
    const verb = operands[at]?.text ?? ''
    const names = at < 0 ? [] : operands.slice(at + 1)
    const options = flags
      .filter(({ name }) => TELLING.has(name))
      .map(({ name, value }) => (value === null ? `-${name}` : `-${name}=${value}`))
    const request = { manager: 'go', action: 'install', options } as const
    const held = isHeld(flags, around)
    switch (verb) {
      case 'install':
      case 'get':
        return byName(request, names, held && !moves(flags), verb === 'get')
      case 'build':
      case 'test':
      case 'vet':
      case 'generate':
        return [{ ...request, options: [verb, ...options], ...listed(held) }]
      case 'run': {
        const first = names[0]
        return first === undefined
          ? []
          : byName({ ...request, options: ['run', ...options] }, [first], held)
      }
      case 'mod':
        return readMod(names, request, held)
      case 'work':
        return names[0]?.text === 'sync' ? [{ ...request, ...listed(false) }] : []
      default:
        return []
    }
  },
}

type Request = Pick<Ask, 'manager' | 'options'> & { readonly action: 'install' }

function readMod(names: readonly Operand[], request: Request, held: boolean): Ask[] {
  const [what, ...rest] = names
  if (what?.text === 'download') {
    const options = ['mod download', ...request.options]
    return byName({ ...request, options }, rest, held)
  }
  if (what?.text === 'tidy') return [{ ...request, options: ['mod tidy'], ...listed(false) }]
  return what?.text === 'vendor' ? [{ ...request, options: ['mod vendor'], ...listed(held) }] : []
}

/** Packages with a version each; go.sum says what others need, but `get` takes the newest (`moving`). */
function byName(request: Request, names: readonly Operand[], held: boolean, moving = false): Ask[] {
  const asks: Ask[] = []
  let own = names.length === 0
  for (const one of names) {
    const at = one.text.indexOf('@')
    const foreign = at > 0 && at < expansionStart(one.text)
    if (foreign) asks.push({ ...request, ...splitVersion(one, at) })
    else if (isOwn(one.text)) own = true
    else
      asks.push({
        ...request,
        name: one.text,
        constraint: '',
        pinned: held && !moving && !one.dynamic,
      })
  }
  return own ? [{ ...request, ...listed(held) }, ...asks] : asks
}

/** `.`, `./cmd/app`, `all`, a file, a package of the standard library or of the module itself. */
function isOwn(text: string): boolean {
  const host = text.split('/')[0] ?? ''
  return isPath(text) || text.endsWith('.go') || (!/[$`]/.test(text) && !host.includes('.'))
}

/** `@v1.2.3` names a version, `@v1.2`, `@latest` and a branch do not, a commit does. */
function splitVersion({ text, dynamic }: Operand, at: number): NamedVersion {
  const version = text.slice(at + 1)
  const exact =
    /^v\d+\.\d+\.\d+(?:[-+][\w.+-]*)?$/.test(version) || /^[0-9a-f]{12,64}$/.test(version)
  return { name: text.slice(0, at), constraint: `@${version}`, pinned: !dynamic && exact }
}

/** True when go.sum, or a folder of vendored modules, decides what comes. */
function isHeld(flags: Parsed['flags'], { tracks, variable }: Surroundings): boolean {
  const own = flags.findLast(({ name }) => name === 'mod')?.value
  const mode = own ?? /-mod[= ](\w+)/.exec(variable('GOFLAGS') ?? '')?.[1]
  if (mode === 'mod') return false
  return mode === 'vendor' || tracks('go.sum')
}

function moves(flags: Parsed['flags']): boolean {
  return flags.some(({ name }) => name === 'u')
}

function parse(words: readonly string[], dynamic: readonly boolean[]): Parsed {
  const operands: Operand[] = []
  const flags: { name: string; value: string | null }[] = []
  for (let at = 1; at < words.length; at += 1) {
    const text = words[at] ?? ''
    const match = /^--?([A-Za-z][\w.]*)(?:=(.*))?$/s.exec(text)
    if (match === null) {
      if (text !== '') operands.push({ text, dynamic: dynamic[at] === true })
      continue
    }
    const name = match[1] ?? ''
    const value = match[2] ?? null
    if (value === null && VALUED.has(nameOf(name))) {
      at += 1
      flags.push({ name, value: words[at] ?? null })
    } else flags.push({ name, value })
  }
  return { operands, flags }
}
