// The settings a container starts with, as base and description give them, against what the image has.
import type { Description, ImageSettings, Instruction } from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'
import { chainInstructions } from './base.ts'
import type { ChangeSeed } from './change-list.ts'
import { healthcheck, portsOf } from './normalise.ts'

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
  const { image, base } = input
  const expected = expectedSettings(input.description, base)
  const known = base !== null
  return [
    ...environmentChanges(image, expected, known),
    ...textChange('Entrypoint', listText(image.entrypoint), optionalList(expected.entrypoint)),
    ...textChange('Cmd', listText(image.cmd), optionalList(expected.cmd)),
    ...textChange('User', image.user, expected.user),
    ...textChange('WorkingDir', folder(image.workingDir), expected.workingDir),
    ...setChanges('ExposedPorts', image.exposedPorts.flatMap(portsOf), expected.ports, known),
    ...setChanges('Volumes', image.volumes, expected.volumes, known),
    ...textChange('StopSignal', image.stopSignal, expected.stopSignal),
    ...labelChanges(image, expected.labels, known),
    ...dockerOnly(image, expected),
  ]
}

/** What only Docker's own format has: its absence may be the format's. */
function dockerOnly(image: ImageSettings, expected: Expected): readonly ChangeSeed[] {
  const shell = listText(image.shell)
  const check = healthcheck(image.healthcheck)
  return [
    ...(shell === '' ? [] : textChange('Shell', shell, optionalList(expected.shell))),
    ...(check === '' ? [] : textChange('Healthcheck', check, expected.healthcheck)),
    ...image.onBuild
      .map(spaces)
      .filter((trigger) => !expected.onBuild.has(trigger))
      .map((trigger) => setting(`OnBuild ${trigger}`, '', trigger)),
  ]
}

/** Undefined: neither base nor description tells. */
interface Expected {
  readonly env: Map<string, string>
  readonly labels: Map<string, string>
  readonly ports: Set<string>
  readonly volumes: Set<string>
  readonly onBuild: Set<string>
  /** Variables whose value is made of one that only the base can give, while the base is not known. */
  readonly anyValue: Set<string>
  readonly isBaseKnown: boolean
  entrypoint: readonly string[] | null | undefined
  cmd: readonly string[] | null | undefined
  shell: readonly string[] | null | undefined
  user: string | undefined
  workingDir: string | undefined
  stopSignal: string | undefined
  healthcheck: string | undefined
}

function expectedSettings(description: Description, base: ImageSettings | null): Expected {
  const expected: Expected = {
    env: new Map(base?.env.map(splitPair)),
    labels: new Map(Object.entries(base?.labels ?? {})),
    ports: new Set(base?.exposedPorts.flatMap(portsOf)),
    volumes: new Set(base?.volumes),
    onBuild: new Set(),
    anyValue: new Set(),
    isBaseKnown: base !== null,
    entrypoint: base?.entrypoint,
    cmd: base?.cmd,
    shell: base?.shell,
    user: base?.user,
    workingDir: base === null ? undefined : folder(base.workingDir),
    stopSignal: base?.stopSignal,
    healthcheck: base === null ? undefined : healthcheck(base.healthcheck),
  }
  let ownCmd = false
  for (const instruction of chainInstructions(description)) {
    if (instruction.keyword === 'CMD') ownCmd = true
    apply(expected, instruction, ownCmd)
  }
  return expected
}

/** True when an ENV takes a variable that neither an earlier ENV nor an ARG sets, and the base is not known. */
function leansOnBase(instruction: Instruction, expected: Expected): boolean {
  if (expected.isBaseKnown) return false
  const names = instruction.text.matchAll(/\$\{?([A-Za-z_]\w*)/g)
  return [...names].some(
    ([, name = '']) => !expected.env.has(name) && !Object.hasOwn(instruction.arguments, name),
  )
}

function apply(expected: Expected, instruction: Instruction, ownCmd: boolean): void {
  const text = instruction.expanded.trim()
  switch (instruction.keyword) {
    case 'FROM':
      // what a stage leaves for those built on it is used up there
      expected.onBuild.clear()
      break
    case 'ENV':
      if (leansOnBase(instruction, expected))
        for (const { name } of instruction.pairs) expected.anyValue.add(name)
      for (const { name, value } of instruction.pairs) expected.env.set(name, value ?? '')
      break
    case 'LABEL':
      for (const { name, value } of instruction.pairs) expected.labels.set(name, value ?? '')
      break
    case 'CMD':
      expected.cmd = commandOf(instruction)
      break
    case 'ENTRYPOINT':
      expected.entrypoint = commandOf(instruction)
      if (!ownCmd) expected.cmd = null
      break
    case 'USER':
      expected.user = text
      break
    case 'WORKDIR':
      expected.workingDir = workingDirectory(expected.workingDir, text)
      break
    case 'STOPSIGNAL':
      expected.stopSignal = text
      break
    case 'SHELL':
      expected.shell = instruction.json
      break
    case 'HEALTHCHECK':
      expected.healthcheck = healthcheck(instruction.text)
      break
    case 'ONBUILD':
      expected.onBuild.add(spaces(instruction.text))
      break
    case 'EXPOSE':
      for (const port of portsOf(text)) expected.ports.add(port)
      break
    case 'VOLUME':
      for (const volume of volumesOf(instruction)) expected.volumes.add(volume)
      break
    default:
  }
}

function commandOf(instruction: Instruction): readonly string[] {
  return instruction.json ?? [...instruction.shell, instruction.text]
}

function volumesOf({ json, expanded }: Instruction): readonly string[] {
  const isPlain = json !== null && !json.some((volume) => volume.includes('$'))
  return (isPlain ? json : expanded.split(/\s+/)).filter((volume) => volume !== '')
}

function folder(path: string): string {
  return path === '' ? '/' : path.replace(/(.)\/+$/, '$1')
}

/** Undefined where a relative path stands on a folder that is not known. */
function workingDirectory(current: string | undefined, next: string): string | undefined {
  const plain = next.replace(/^["']|["']$/g, '')
  if (!plain.startsWith('/') && current === undefined) return undefined
  const parts: string[] = []
  for (const part of (plain.startsWith('/') ? plain : `${current}/${plain}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

function splitPair(text: string): [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function spaces(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function environmentChanges(
  image: ImageSettings,
  { env: expected, anyValue }: Expected,
  known: boolean,
): ChangeSeed[] {
  const found = new Map(image.env.map(splitPair))
  // builders give a PATH to an image without one
  const isFree = (name: string, value: string) =>
    anyValue.has(name) || (name === 'PATH' && value === DEFAULT_PATH && !expected.has(name))
  const later = known ? null : setAfterTracked([...found.keys()], expected)
  const isOwn = (name: string) => later?.has(name) ?? true
  return pairChanges('Env', found, expected, isOwn, isFree)
}

/**
 * Builders and `docker commit` append: what stands behind a variable that the description sets was set later,
 * and is not the base's. PATH tells nothing, since most bases have one, and its place is theirs.
 */
function setAfterTracked(
  names: readonly string[],
  expected: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const last = names.findLastIndex((name) => name !== 'PATH' && expected.has(name))
  return new Set(last < 0 ? [] : names.slice(last + 1))
}

/** Labels that pipelines set on the command line of a build: no Dockerfile has them, and no program reads them. */
export const LABEL_OF_BUILD =
  /^(org\.opencontainers\.image|org\.label-schema|com\.docker|desktop\.docker\.io|io\.buildah|io\.buildpacks|io\.openshift|com\.azure|com\.github|com\.gitlab|maintainer$)([./]|$)/

function labelChanges(
  image: ImageSettings,
  expected: ReadonlyMap<string, string>,
  known: boolean,
): ChangeSeed[] {
  const found = new Map(Object.entries(image.labels))
  const isFree = (name: string) => LABEL_OF_BUILD.test(name)
  return pairChanges('Label', found, expected, () => known, isFree)
}

function pairChanges(
  what: string,
  found: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
  isOwn: (name: string) => boolean,
  isFree: (name: string, value: string) => boolean,
): ChangeSeed[] {
  const changes: ChangeSeed[] = []
  for (const [name, value] of [...found].sort(([a], [b]) => byCodeUnit(a, b))) {
    const wanted = expected.get(name)
    if (wanted === value || (wanted === undefined && !isOwn(name)) || isFree(name, value)) continue
    changes.push(setting(`${what} ${name}`, wanted ?? '', value))
  }
  for (const [name, value] of expected) {
    if (!found.has(name)) changes.push(setting(`${what} ${name}`, value, ''))
  }
  return changes
}

function listText(list: readonly string[] | null): string {
  // how a builder keeps the indentation of a continued line says nothing
  return list === null || list.length === 0 ? '' : JSON.stringify(list.map(spaces))
}

function optionalList(list: readonly string[] | null | undefined): string | undefined {
  return list === undefined ? undefined : listText(list)
}

function textChange(name: string, found: string, expected: string | undefined): ChangeSeed[] {
  return expected === undefined || found === expected ? [] : [setting(name, expected, found)]
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
  const evidence =
    found === ''
      ? 'the description or the base gives it, the image does not have it'
      : expected === ''
        ? 'no instruction and no base image gives this'
        : 'the description or the base gives another value'
  return { kind: 'setting', subject, expected, found, evidence }
}
