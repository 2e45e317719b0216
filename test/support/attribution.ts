// Small images that never were an archive: layers from texts, catalogued and compared with a description.
import { createHash } from 'node:crypto'
import {
  align,
  attribute,
  type Base,
  chainInstructions,
  decide,
  type FilesOfImage,
  type MembersOf,
  type ReadBlob,
  type ReadEntry,
  readHistory,
  unaligned,
} from '../../src/attribution/index.ts'
import { type CatalogResult, catalogFile } from '../../src/catalog/index.ts'
import type {
  BlobSighting,
  Change,
  ContextFile,
  ContextForm,
  Description,
  Entry,
  EntryFlag,
  HistoryEntry,
  ImageSettings,
} from '../../src/core/index.ts'
import { NO_SETTINGS } from '../../src/core/index.ts'
import {
  mapCopy,
  packageRequests,
  parseCommands,
  parseDockerfile,
} from '../../src/description/index.ts'
import { columns, entry } from './columns.ts'
import { description as bareDescription, digestFor, imageFacts } from './inventory.ts'

const contents = new Map<string, { readonly path: string; readonly bytes: Buffer }[]>()

function hash(algorithm: string, bytes: Uint8Array | string): string {
  return createHash(algorithm).update(bytes).digest('hex')
}

/** git's id of a blob with this text. */
export function blobId(text: string): string {
  return hash('sha1', `blob ${Buffer.byteLength(text)}\0${text}`)
}

/** A file with this text; ELF and scripts are recognised as a layer reader would. */
export function file(path: string, text: string | Buffer, more: Partial<Entry> = {}): Entry {
  const bytes = Buffer.from(text)
  const sha256 = hash('sha256', bytes)
  const known = contents.get(sha256) ?? []
  contents.set(sha256, [...known.filter((each) => each.path !== path), { path, bytes }])
  const flags: EntryFlag[] = []
  if (bytes.subarray(0, 4).toString('latin1') === '\x7fELF') flags.push('elf')
  if (bytes.subarray(0, 2).toString('latin1') === '#!') flags.push('script')
  return entry({
    path,
    kind: 'file',
    size: bytes.length,
    mtime: 1_700_000_000,
    sha256,
    gitBlob: hash('sha1', Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes])),
    md5: hash('md5', bytes),
    sha1: hash('sha1', bytes),
    flags,
    ...more,
  })
}

/** A program: ELF by its first bytes. */
export function program(path: string, text: string, more: Partial<Entry> = {}): Entry {
  return file(path, `\x7fELF${text}`, { mode: 0o755, ...more })
}

/** A folder, a link, a deletion. */
export const folder = (path: string, more: Partial<Entry> = {}): Entry =>
  entry({ path, kind: 'directory', ...more })
export const link = (path: string, target: string): Entry =>
  entry({ path, kind: 'symlink', mode: 0o777, target })
export const gone = (path: string): Entry => entry({ path, kind: 'whiteout' })

/** A Debian package: what it installs, and extra fields of its record. */
export interface Deb {
  readonly name: string
  readonly version?: string
  readonly files: readonly Entry[]
  readonly configuration?: readonly Entry[]
  readonly extra?: string
  readonly state?: string
}

/** dpkg's records of the packages, to lie in the layer that installs one of them. */
export function status(...packages: readonly Deb[]): Entry {
  const stanzas = packages.map(
    ({ name, version = '1.0-1', configuration = [], extra = '', state = 'install ok installed' }) =>
      [
        `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\nVersion: ${version}\n`,
        `Maintainer: A. Author <author@example.org>\nDescription: ${name}\n${extra}`,
        configuration.length === 0 ? '' : 'Conffiles:\n',
        ...configuration.map((each) => ` /${each.path} ${each.md5}\n`),
      ].join(''),
  )
  return file('var/lib/dpkg/status', stanzas.join('\n'))
}

/** The files of a package with its lists. */
export function unpacked({ name, files, configuration = [] }: Deb): Entry[] {
  const all = [...files, ...configuration]
  const sums = files
    .filter(({ kind }) => kind === 'file')
    .map((each) => `${each.md5}  ${each.path}\n`)
  return [
    ...all,
    file(`var/lib/dpkg/info/${name}.list`, all.map((each) => `/${each.path}\n`).join('')),
    file(`var/lib/dpkg/info/${name}.md5sums`, sums.join('')),
  ]
}

export const osRelease = file('etc/os-release', 'ID=debian\nVERSION_ID="12"\n')
const libz: Deb = { name: 'zlib1g', files: [program('usr/lib/libz.so.1', 'zlib')] }
const tar: Deb = { name: 'tar', files: [program('usr/bin/tar', 'tar')] }
const bash: Deb = {
  name: 'bash',
  files: [program('usr/bin/bash', 'bash')],
  configuration: [file('etc/bash.bashrc', '# bash\n')],
}

/** Packages of the base, by name. */
export const BASE_PACKAGES = { libz, tar, bash } as const
const BASE_DEBS = Object.values(BASE_PACKAGES)

export const PASSWD = 'root:x:0:0:root:/root:/bin/bash\n'
export const SHADOW = 'root:*:19000:0:99999:7:::\n'

/** dpkg's records of the base's packages and of more. */
export const statusWith = (...more: readonly Deb[]): Entry => status(...BASE_DEBS, ...more)

/** The layer of a small Debian. */
export const BASE_LAYER: readonly Entry[] = [
  folder('etc'),
  folder('tmp', { mode: 0o1777 }),
  folder('srv'),
  osRelease,
  file('etc/passwd', PASSWD),
  file('etc/group', 'root:x:0:\n'),
  file('etc/shadow', SHADOW, { mode: 0o640 }),
  file('etc/skel/.profile', '# profile\n'),
  file('etc/ld.so.cache', 'cache of the base'),
  file('etc/hosts.allow', '# hosts\n'),
  file('var/log/dpkg.log', 'installed\n'),
  status(...BASE_DEBS),
  file('var/lib/dpkg/info/tar.postinst', '#!/bin/sh\nexit 0\n', { mode: 0o755 }),
  ...BASE_DEBS.flatMap(unpacked),
]

/** One layer of the image's own, and the history entry that made it; no entries: an empty layer. */
export interface Layer {
  readonly createdBy: string
  readonly entries: readonly Entry[] | null
  readonly comment?: string
  readonly author?: string
}

export const committed = (...entries: readonly Entry[]): Layer => ({
  createdBy: 'bash',
  comment: 'by hand',
  entries,
})

/** A layer that BuildKit recorded. */
export const built = (text: string, ...entries: readonly Entry[]): Layer => ({
  createdBy: `${text} # buildkit`,
  comment: 'buildkit.dockerfile.v0',
  entries,
})

/** An image and what it is compared with. */
export interface Scenario {
  readonly dockerfile: string | null
  /** Tracked files by path: texts, or links by `-> target`. */
  readonly tracked?: Readonly<Record<string, string>>
  readonly executable?: readonly string[]
  /** Layer of the base; null when the base is not known. */
  readonly base?: readonly Entry[] | null
  /** Layer of an image that may have been merged into the lowest layer. */
  readonly held?: readonly Entry[]
  readonly layers: readonly Layer[]
  readonly sightings?: readonly BlobSighting[]
  readonly settings?: Partial<ImageSettings>
  readonly baseSettings?: Partial<ImageSettings> | null
  readonly readBlob?: ReadBlob
  readonly membersOf?: MembersOf
  readonly filesOf?: FilesOfImage
  readonly formsOf?: (file: ContextFile) => Promise<readonly ContextForm[]>
  /** Tracked paths that `git archive` leaves out. */
  readonly exportIgnored?: readonly string[]
  /** Paths of submodules in the context, whose files are not at hand. */
  readonly submodules?: readonly string[]
}

/** A description from the text of a Dockerfile and tracked files. */
export function describe(
  text: string,
  tracked: Readonly<Record<string, string>> = {},
  executable: readonly string[] = [],
): Description {
  const dockerfile = parseDockerfile(text, { arguments: {}, target: null })
  const commands = parseCommands(dockerfile)
  const files = new Map<string, ContextFile>()
  for (const [path, content] of Object.entries(tracked)) {
    const target = content.startsWith('-> ') ? content.slice(3) : null
    files.set(path, {
      path,
      blob: blobId(target ?? content),
      kind: target === null ? 'file' : 'symlink',
      executable: executable.includes(path),
      ...(target === null ? {} : { target }),
    })
  }
  const requests = packageRequests(commands, { dockerfile, files })
  return { ...bareDescription([]), dockerfileText: text, dockerfile, commands, requests, files }
}

function withSubmodules(
  description: Description,
  paths: readonly string[],
  exportIgnored: readonly string[],
): Description {
  const files = new Map(description.files)
  for (const path of exportIgnored) {
    const known = files.get(path)
    if (known !== undefined) files.set(path, { ...known, exportIgnored: true })
  }
  for (const path of paths) {
    files.set(path, { path, blob: blobId(path), kind: 'submodule', executable: false })
  }
  return { ...description, files }
}

const SHELLS = ['/bin/bash -o pipefail -c', '/bin/bash -c', '/bin/sh -c']

/** History entries as their builders meant them; entries with a layer are numbered in order. */
export function readAll(
  history: readonly HistoryEntry[],
  layers = history.filter((each) => !each.emptyLayer).length,
): readonly ReadEntry[] {
  return readHistory(history, layers, { shells: SHELLS })
}

/** A history entry. */
export function historyEntry(createdBy: string, more: Partial<HistoryEntry> = {}): HistoryEntry {
  return { created: '', createdBy, comment: '', author: '', emptyLayer: false, ...more }
}

function resultsOf(wanted: readonly string[]): ReadonlyMap<string, readonly CatalogResult[]> {
  return new Map(
    wanted.map((sha256) => [
      sha256,
      (contents.get(sha256) ?? []).flatMap(({ path, bytes }) => catalogFile(path, bytes)),
    ]),
  )
}

function heldImage(layer: readonly Entry[]) {
  const config = digestFor('the held base')
  return { reference: 'debian:12', config, settings: NO_SETTINGS, blocks: [columns(layer)] }
}

/** Compares the image of a scenario with its description. */
export async function judge(scenario: Scenario) {
  const { base: bottom = BASE_LAYER } = scenario
  const baseLayers = bottom === null ? [] : [bottom]
  const history = [
    ...baseLayers.map(() => historyEntry('', { comment: 'Imported from -' })),
    ...scenario.layers.map(({ createdBy, comment = '', author = '', entries }) =>
      historyEntry(createdBy, { comment, author, emptyLayer: entries === null }),
    ),
  ]
  const own = scenario.layers.flatMap(({ entries }) => (entries === null ? [] : [entries]))
  const blocks = [...baseLayers, ...own].map(columns)
  const entries = readAll(history)
  const description =
    scenario.dockerfile === null
      ? null
      : withSubmodules(
          describe(scenario.dockerfile, scenario.tracked, scenario.executable),
          scenario.submodules ?? [],
          scenario.exportIgnored ?? [],
        )
  const known: Base = {
    reference: 'debian:12',
    config: null,
    layers: baseLayers.length,
    entries: baseLayers.length,
    how: 'given by --base',
    strength: 'proved',
  }
  const base = bottom === null ? null : known
  const steps =
    description === null
      ? unaligned(entries, baseLayers.length)
      : align({
          entries,
          instructions: chainInstructions(description),
          baseEntries: base?.entries ?? null,
        })
  const facts = imageFacts(
    'image',
    blocks.map((_, index) => digestFor(`layer ${index}`)),
  )
  const attribution = await attribute({
    facts: { ...facts, history, settings: { ...NO_SETTINGS, ...scenario.settings } },
    block: (layer) => blocks[layer] ?? null,
    resultsOf,
    description,
    steps,
    mapCopy,
    base,
    ...(scenario.held === undefined ? {} : { heldImage: heldImage(scenario.held) }),
    baseSettings:
      scenario.baseSettings === null ? null : { ...NO_SETTINGS, ...scenario.baseSettings },
    sightings: async (blobs) =>
      new Map(
        (scenario.sightings ?? [])
          .filter(({ blob }) => blobs.includes(blob))
          .map((sighting) => [sighting.blob, sighting]),
      ),
    ...(scenario.readBlob === undefined ? {} : { readBlob: scenario.readBlob }),
    ...(scenario.filesOf === undefined ? {} : { filesOf: scenario.filesOf }),
    ...(scenario.membersOf === undefined ? {} : { membersOf: scenario.membersOf }),
    ...(scenario.formsOf === undefined ? {} : { formsOf: scenario.formsOf }),
  })
  const outcome = decide({
    unknowns: attribution.catalog.unknowns,
    described: description !== null,
    missing: 'nobody named one',
    steps,
    changes: attribution.changes,
    origins: attribution.origins,
    base,
    baseReference: 'debian:12@sha256:00',
    baseVerdict: null,
    requests: [],
    untrackedArguments: [],
  })
  return {
    ...attribution,
    steps,
    ...outcome,
    /** Changes but those of steps, as `kind subject`. */
    named: attribution.changes.filter(({ kind }) => kind !== 'step').map(nameOfChange),
    originOf: (path: string) => {
      const found = attribution.files.find((each) => each.path === path)
      return found === undefined ? null : `${found.origin} ${found.strength}`
    },
  }
}

/** A change as a reader sees it first. */
export function nameOfChange({ kind, subject }: Change): string {
  return `${kind} ${subject}`
}
