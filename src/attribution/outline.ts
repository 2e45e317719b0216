// What a new description of an image would have to say: gathered from what is in the image, for people.
import type { ImageCatalog } from '../catalog/index.ts'
import type {
  FileOrigin,
  HistoryEntry,
  ImageFacts,
  ImageSettings,
  InstalledPackage,
  LooseFiles,
  Outline,
  Relative,
} from '../core/index.ts'
import { byCodeUnit, isSecretName, NO_SETTINGS } from '../core/index.ts'
import type { Base } from './base.ts'

/** What is known of an image that has no description. */
export interface OutlineInput {
  readonly facts: ImageFacts
  readonly base: Base | null
  /** Settings of the base; null when it is not known. */
  readonly baseSettings: ImageSettings | null
  readonly catalog: ImageCatalog
  readonly files: readonly FileOrigin[]
  /** Layer that brought a package; null when that is not known. */
  readonly layerOf: (item: InstalledPackage) => number | null
  readonly relative: Relative | null
}

const MAX_FOLDERS = 20

/** Gathers it. */
export function outline(input: OutlineInput): Outline {
  const base = baseOf(input)
  return {
    base,
    relative: input.relative,
    requested: requestedAbove(input, base?.layers ?? 0),
    settings: settingLines(input.facts.settings, input.baseSettings ?? NO_SETTINGS),
    accounts: accountsIn(input.catalog),
    loose: looseFolders(input.files),
    commands: input.catalog.typed,
  }
}

function baseOf({ facts, base, catalog }: OutlineInput): Outline['base'] {
  if (base !== null) {
    const date = facts.history[base.entries - 1]?.created ?? ''
    const { reference, layers, how, strength } = base
    return { reference, date, layers, how, strength }
  }
  const seam = seamOf(facts.history)
  const system = catalog.distribution
  const reference =
    system === null ? '' : [system.id, system.versionId].filter((part) => part !== '').join(' ')
  if (seam === null) {
    if (reference === '') return null
    const how = 'the distribution that os-release names'
    return { reference, date: '', layers: 0, how, strength: 'guessed' }
  }
  const how = 'the first entries of the history read like those of a base image'
  return { reference, date: seam.date, layers: seam.layers, how, strength: 'guessed' }
}

/** Where a base image seems to end: a file system brought whole, then at most settings, then other work. */
function seamOf(
  history: readonly HistoryEntry[],
): { readonly layers: number; readonly date: string } | null {
  const [first, second] = history.filter((entry) => !entry.emptyLayer)
  // an image of one layer has nothing above a base
  if (first === undefined || second === undefined || !bringsSystem(first)) return null
  const snapshot = /'@(\d{9,11})'/.exec(first.createdBy)?.[1]
  const date =
    snapshot === undefined
      ? first.created
      : new Date(Number(snapshot) * 1000).toISOString().replace('.000Z', 'Z')
  return { layers: 1, date }
}

/** `ADD file:… in /`, BuildKit's `ADD rootfs.tar.xz /`, debuerreotype's script, an imported archive. */
function bringsSystem({ createdBy, comment }: HistoryEntry): boolean {
  return (
    /\bADD (?:file:[0-9a-f]{64} in|\S*(?:rootfs|\.tar)\S*) \/ ?(?:# buildkit)?$/.test(createdBy) ||
    /^debuerreotype \d/.test(comment) ||
    /^imported from /i.test(comment)
  )
}

/** Packages that somebody named, and the dependencies of applications, which their manifests name. */
function requestedAbove(
  { catalog, layerOf }: OutlineInput,
  baseLayers: number,
): Outline['requested'] {
  const names = new Map<string, Set<string>>()
  for (const item of catalog.packages) {
    const named = item.requested === true && (layerOf(item) ?? 0) >= baseLayers
    if (!named && item.scope !== 'application') continue
    const own = names.get(item.type) ?? new Set()
    names.set(item.type, own)
    if (named) own.add(item.version === '' ? item.name : `${item.name} ${item.version}`)
    else for (const { kind, text } of item.dependencies) if (kind === 'depends') own.add(text)
  }
  return [...names]
    .filter(([, own]) => own.size > 0)
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([type, own]) => ({ type, names: [...own].sort(byCodeUnit) }))
}

function settingLines(image: ImageSettings, base: ImageSettings): readonly string[] {
  const inherited = new Set(base.env)
  const lines = image.env.filter((pair) => !inherited.has(pair) && !isUsualPath(pair)).map(envLine)
  const volumes = image.volumes.filter((volume) => !base.volumes.includes(volume))
  const ports = image.exposedPorts.filter((port) => !base.exposedPorts.includes(port))
  if (ports.length > 0) lines.push(`EXPOSE ${ports.join(' ')}`)
  if (volumes.length > 0) lines.push(`VOLUME ${JSON.stringify(volumes)}`)
  const one = (keyword: string, value: string, before: string) => {
    if (value !== '' && value !== before) lines.push(`${keyword} ${value}`)
  }
  one('WORKDIR', image.workingDir, base.workingDir)
  one('USER', image.user, base.user)
  one('STOPSIGNAL', image.stopSignal, base.stopSignal)
  one('ENTRYPOINT', listOf(image.entrypoint), listOf(base.entrypoint))
  one('CMD', listOf(image.cmd), listOf(base.cmd))
  return lines
}

function envLine(pair: string): string {
  const at = pair.indexOf('=')
  const name = at < 0 ? pair : pair.slice(0, at)
  if (isSecretName(name)) return `ENV ${name}=…`
  return `ENV ${name}=${JSON.stringify(at < 0 ? '' : pair.slice(at + 1))}`
}

/** The PATH that builders and runtimes fill in by themselves. */
function isUsualPath(pair: string): boolean {
  return pair === 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
}

function listOf(words: readonly string[] | null): string {
  return words === null || words.length === 0 ? '' : JSON.stringify(words)
}

/** Accounts of people and programs: numbers from 1000 on, `nobody` left out (login.defs(5)). */
function accountsIn({ accounts }: ImageCatalog): readonly string[] {
  return accounts
    .filter(({ file, id }) => file === 'etc/passwd' && Number(id) >= 1000 && Number(id) < 65_534)
    .map(({ name, id, home, shell }) => `${name} (${id}, ${home}, ${shell})`)
}

/** Files of no origin, by the folder of their first two levels; the largest first. */
function looseFolders(files: readonly FileOrigin[]): readonly LooseFiles[] {
  const folders = new Map<string, { folder: string; files: number; bytes: number }>()
  for (const { path, origin, size } of files) {
    if (origin !== 'unexplained') continue
    const parts = path.split('/')
    const folder = parts.slice(0, Math.min(2, Math.max(parts.length - 1, 1))).join('/')
    const own = folders.get(folder) ?? { folder, files: 0, bytes: 0 }
    folders.set(folder, own)
    own.files += 1
    own.bytes += size
  }
  return [...folders.values()]
    .sort((a, b) => b.bytes - a.bytes || byCodeUnit(a.folder, b.folder))
    .slice(0, MAX_FOLDERS)
}
