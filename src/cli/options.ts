// The options that commands share, parsed once into records with every field filled in.
import { availableParallelism } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Platform, usageError } from '../core/index.ts'
import { defaultDatabase } from './terminal.ts'

/** Options that every command takes. */
export interface SharedOptions {
  readonly db: string
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly debug: boolean
}

/** Options of commands that open images. */
export interface ImageOptions {
  readonly platform: Platform | null
  /** Name of one image in an archive of several. */
  readonly name: string | null
  readonly verify: boolean
  readonly threads: number
}

/** Options that name the description and the base. */
export interface SourceOptions {
  readonly source: string | null
  readonly dockerfile: string | null
  readonly context: string | null
  readonly target: string | null
  readonly arguments: Readonly<Record<string, string>>
  readonly base: string | null
  readonly showArguments: boolean
  /** Folders with repositories, repositories and bundles. */
  readonly repositories: readonly string[]
  /** Folders and registries with archives of packages. */
  readonly archives: readonly string[]
  /** The file of `--policy`; null for assay.yaml when there is one; false for none. */
  readonly policy: string | null | false
}

/** The options as commander gives them: unknown values, looked at one by one. */
export type RawOptions = Readonly<Record<string, unknown>>

/** Adds the options that every command takes. */
export function addSharedOptions(command: Command): Command {
  return command
    .option(
      '--db <file>',
      'inventory database; made when missing (default: $ASSAY_DB, else the XDG data folder)',
    )
    .option('--json', 'print JSON instead of text')
    .option('-q, --quiet', 'no progress, no notes')
    .option('-v, --verbose', 'all steps, changes and findings instead of the first ones')
    .option('--debug', 'stack traces and timings on standard error')
    .option('--offline', 'contact nothing: refuse a registry behind --verify-packages')
}

/** Adds the options of commands that open images. */
export function addImageOptions(command: Command): Command {
  return command
    .option('--image <name>', 'take only this image of an archive that holds several')
    .addOption(
      new Option(
        '--platform <os/arch[/variant]>',
        "platform of a multi-platform image (default: linux and this machine's)",
      ).argParser(parsePlatform),
    )
    .option('--verify', 'read every layer again, also those the inventory knows')
    .addOption(
      new Option(
        '--threads <n>',
        'layers read at the same time; 0 reads in the main thread (default: one a core)',
      ).argParser(parseCount),
    )
}

/** Adds the options that name the description and the base. */
export function addSourceOptions(command: Command): Command {
  return command
    .option(
      '--source <repo[#rev[:context]]>',
      'repository with the description: a clone, a bare one or a bundle (default: as assay.yaml and --repositories tell)',
    )
    .option(
      '--dockerfile <path>',
      'Dockerfile, relative to the context (default: as found, else Dockerfile)',
    )
    .option(
      '--context <path>',
      'build context, relative to the repository (default: as found, else its root)',
    )
    .option('--target <stage>', 'stage that was built (default: the last)')
    .option(
      '--build-arg <name=value>',
      'build argument the image was built with; may be repeated',
      collectArgument,
    )
    .option(
      '--repositories <folder>',
      'folder of clones and bundles to find the description in; may be repeated',
      collect,
    )
    .option(
      '--base <image>',
      'base image, an archive or a layout (default: an image of the inventory that fits)',
    )
    .option('--show-arguments', 'show the values of build arguments; they may be secrets')
    .option(
      '--verify-packages <folder|url>',
      'archives to hold the files of packages against: a folder of .deb and .tgz files, or an npm registry, which is contacted; may be repeated',
      collect,
    )
    .option(
      '--policy <file>',
      'what images are built from, and what makes artifacts (default: assay.yaml of this folder, if any)',
    )
    .option('--no-policy', 'read no assay.yaml')
}

function collectArgument(value: string, earlier: readonly string[] = []): readonly string[] {
  if (!/^[A-Za-z_][A-Za-z0-9_]*=/.test(value))
    throw new InvalidArgumentError('expected NAME=VALUE.')
  return [...earlier, value]
}

/** Collects the values of an option that may be repeated. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}

function parseCount(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0 || number > 64)
    throw new InvalidArgumentError('expected 0 to 64.')
  return number
}

function parsePlatform(text: string): Platform {
  const [os = '', architecture = '', variant = '', ...rest] = text.split('/')
  if (os === '' || architecture === '' || rest.length > 0) {
    throw new InvalidArgumentError('expected OS/ARCHITECTURE[/VARIANT], like linux/arm64.')
  }
  return { os, architecture, variant }
}

function text(raw: RawOptions, name: string): string | null {
  const value = raw[name]
  return typeof value === 'string' ? value : null
}

/** The texts of an option that may be repeated. */
export function texts(raw: RawOptions, name: string): readonly string[] {
  const value = raw[name]
  return Array.isArray(value) ? value.map(String) : []
}

/**
 * The options that every command takes.
 * @throws AssayError `usage` when --db names no file.
 */
export function sharedOptions(raw: RawOptions): SharedOptions {
  // SQLite would take '' for a database that is gone when it is closed.
  if (text(raw, 'db') === '') throw usageError('--db names no file')
  return {
    db: text(raw, 'db') ?? defaultDatabase(),
    json: raw['json'] === true,
    quiet: raw['quiet'] === true,
    verbose: raw['verbose'] === true,
    debug: raw['debug'] === true,
  }
}

function isPlatform(value: unknown): value is Platform {
  return (
    typeof value === 'object' &&
    value !== null &&
    'os' in value &&
    'architecture' in value &&
    'variant' in value
  )
}

/** The options of commands that open images. */
export function imageOptions(raw: RawOptions): ImageOptions {
  const { platform, threads } = raw
  return {
    platform: isPlatform(platform) ? platform : null,
    name: text(raw, 'image'),
    verify: raw['verify'] === true,
    threads: typeof threads === 'number' ? threads : availableParallelism(),
  }
}

/** Folders and registries with archives of packages; a registry is no place for who asked to contact nothing. */
function archivePlaces(raw: RawOptions): readonly string[] {
  const places = texts(raw, 'verifyPackages')
  const registry = places.find((place) => /^https?:/i.test(place))
  if (raw['offline'] === true && registry !== undefined)
    throw usageError('--verify-packages names a registry, and --offline says to contact none')
  return places
}

/**
 * The options that name the description and the base.
 * @throws AssayError `usage` when a registry is named beside --offline.
 */
export function sourceOptions(raw: RawOptions): SourceOptions {
  const pairs = texts(raw, 'buildArg').map((pair) => [
    pair.slice(0, pair.indexOf('=')),
    pair.slice(pair.indexOf('=') + 1),
  ])
  return {
    source: text(raw, 'source'),
    dockerfile: text(raw, 'dockerfile'),
    context: text(raw, 'context'),
    target: text(raw, 'target'),
    arguments: Object.fromEntries(pairs),
    base: text(raw, 'base'),
    showArguments: raw['showArguments'] === true,
    repositories: texts(raw, 'repositories'),
    archives: archivePlaces(raw),
    policy: raw['policy'] === false ? false : text(raw, 'policy'),
  }
}
