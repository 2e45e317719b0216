// The settings a container starts with, as base and description give them, against what the image has.
import type { Description, ImageSettings, Instruction } from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'
import { chainInstructions } from './base.ts'
import type { ChangeSeed } from './change-list.ts'

/** What is compared, and with what. */
export interface SettingsInput {
  readonly image: ImageSettings
  /** Settings of the base; null when it is not known. */
  readonly base: ImageSettings | null
  readonly description: Description
  /** True when some step is tracked nowhere: only then settings count where the base is not known. */
  readonly untracked: boolean
}

/** Settings nobody wrote down, each as a change. */
export function settingChanges(input: SettingsInput): readonly ChangeSeed[] {
  if (input.base === null && !input.untracked) return []
  const expected = expectedSettings(input.description, input.base)
  const known = input.base !== null
  return [
    ...environmentChanges(input.image, expected.env, known),
    ...listChange('Entrypoint', input.image.entrypoint, expected.entrypoint, known),
    ...listChange('Cmd', input.image.cmd, expected.cmd, known),
    ...textChange('User', input.image.user, expected.user, known),
    ...textChange('WorkingDir', folder(input.image.workingDir), expected.workingDir, known),
    ...setChanges('ExposedPorts', input.image.exposedPorts, expected.ports, known),
    ...setChanges('Volumes', input.image.volumes, expected.volumes, known),
    ...textChange('StopSignal', input.image.stopSignal, expected.stopSignal, known),
  ]
}

interface Expected {
  readonly env: Map<string, string>
  entrypoint: readonly string[] | null | undefined
  cmd: readonly string[] | null | undefined
  user: string | undefined
  workingDir: string | undefined
  stopSignal: string | undefined
  readonly ports: Set<string>
  readonly volumes: Set<string>
}

function expectedSettings(description: Description, base: ImageSettings | null): Expected {
  const expected: Expected = {
    env: new Map(base?.env.map(splitPair)),
    entrypoint: base === null ? undefined : base.entrypoint,
    cmd: base === null ? undefined : base.cmd,
    user: base?.user,
    workingDir: base === null ? undefined : folder(base.workingDir),
    stopSignal: base?.stopSignal,
    ports: new Set(base?.exposedPorts),
    volumes: new Set(base?.volumes),
  }
  let ownCmd = false
  for (const instruction of chainInstructions(description)) {
    if (instruction.keyword === 'CMD') ownCmd = true
    apply(expected, instruction, ownCmd)
  }
  return expected
}

function apply(expected: Expected, instruction: Instruction, ownCmd: boolean): void {
  switch (instruction.keyword) {
    case 'ENV':
      for (const [name, value] of pairsOf(instruction.expanded)) expected.env.set(name, value)
      break
    case 'CMD':
      expected.cmd = commandOf(instruction)
      break
    case 'ENTRYPOINT':
      expected.entrypoint = commandOf(instruction)
      if (!ownCmd) expected.cmd = null
      break
    case 'USER':
      expected.user = instruction.expanded.trim()
      break
    case 'WORKDIR':
      expected.workingDir = workingDirectory(
        expected.workingDir ?? '/',
        instruction.expanded.trim(),
      )
      break
    case 'STOPSIGNAL':
      expected.stopSignal = instruction.expanded.trim()
      break
    case 'EXPOSE':
      for (const port of instruction.expanded.split(/\s+/).filter(Boolean))
        expected.ports.add(portOf(port))
      break
    case 'VOLUME':
      for (const volume of instruction.json ?? instruction.expanded.split(/\s+/)) {
        if (volume !== '') expected.volumes.add(volume)
      }
      break
    default:
  }
}

function commandOf(instruction: Instruction): readonly string[] {
  return instruction.json ?? [...instruction.shell, instruction.text]
}

function portOf(port: string): string {
  return port.includes('/') ? port.toLowerCase() : `${port}/tcp`
}

function folder(path: string): string {
  return path === '' ? '/' : path.replace(/(.)\/+$/, '$1')
}

function workingDirectory(current: string, next: string): string {
  const plain = next.replace(/^["']|["']$/g, '')
  if (plain.startsWith('/')) return folder(plain)
  return folder(`${current === '/' ? '' : current}/${plain.replace(/^\.\/?/, '')}`)
}

function splitPair(text: string): [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** `A=1 B="x y"` or the old `A some words`, quotes and escapes taken off. */
export function pairsOf(text: string): readonly (readonly [string, string])[] {
  const plain = text.trim()
  const old = /^([^\s=]+)\s+(.+)$/s.exec(plain)
  if (old?.[1] !== undefined) return [[old[1], unquote(old[2] ?? '')]]
  const pairs: [string, string][] = []
  for (const word of plain.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs) ?? []) {
    const [name, value] = splitPair(word)
    pairs.push([unquote(name), unquote(value)])
  }
  return pairs
}

function unquote(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs, (_all, double, single, escaped) => {
    if (single !== undefined) return String(single)
    if (escaped !== undefined) return String(escaped)
    return String(double).replace(/\\(["\\$`])/g, '$1')
  })
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function environmentChanges(
  image: ImageSettings,
  expected: ReadonlyMap<string, string>,
  known: boolean,
): ChangeSeed[] {
  const changes: ChangeSeed[] = []
  const found = new Map(image.env.map(splitPair))
  for (const [name, value] of [...found].sort(([a], [b]) => byCodeUnit(a, b))) {
    const wanted = expected.get(name)
    if (wanted === value || (wanted === undefined && !known)) continue
    if (name === 'PATH' && wanted === undefined && value === DEFAULT_PATH) continue
    changes.push(setting(`Env ${name}`, wanted ?? '', value))
  }
  for (const [name, value] of expected) {
    if (!found.has(name)) changes.push(setting(`Env ${name}`, value, ''))
  }
  return changes
}

function listChange(
  name: string,
  found: readonly string[] | null,
  expected: readonly string[] | null | undefined,
  known: boolean,
): ChangeSeed[] {
  if (expected === undefined && !known) return []
  const show = (list: readonly string[] | null | undefined) =>
    list == null || list.length === 0 ? '' : JSON.stringify(list)
  return show(found) === show(expected) ? [] : [setting(name, show(expected), show(found))]
}

function textChange(
  name: string,
  found: string,
  expected: string | undefined,
  known: boolean,
): ChangeSeed[] {
  if (expected === undefined && !known) return []
  return found === (expected ?? '') ? [] : [setting(name, expected ?? '', found)]
}

function setChanges(
  name: string,
  found: readonly string[],
  expected: ReadonlySet<string>,
  known: boolean,
): ChangeSeed[] {
  const added = known ? found.filter((item) => !expected.has(item)) : []
  const gone = [...expected].filter((item) => !found.includes(item))
  return [
    ...added.map((item) => setting(`${name} ${item}`, '', item)),
    ...gone.map((item) => setting(`${name} ${item}`, item, '')),
  ]
}

function setting(subject: string, expected: string, found: string): ChangeSeed {
  return {
    kind: 'setting',
    subject,
    expected,
    found,
    evidence: 'no instruction and no base image gives this',
  }
}
