// Files that every build writes differently. Each row names the writer and the reason, and holds only
// under its condition: a path alone never excuses a file. `docs/architecture.md` tells how rows are proved.
import type { ImageCatalog } from '../catalog/index.ts'
import { parentOf } from '../core/index.ts'
import type { Overlay, ViewFile } from '../inventory/index.ts'
import type { PackageDelta } from './package-delta.ts'

/** What a row's condition may look at. */
export interface Surroundings {
  readonly overlay: Overlay
  readonly catalog: ImageCatalog
  readonly delta: PackageDelta
  /** True when the file at this path was changed by work that nobody wrote down. */
  readonly changed: (path: string) => boolean
}

/** One row: which files, who writes them, why they differ, and what must hold. */
export interface GeneratedRow {
  readonly id: string
  readonly pattern: RegExp
  readonly writer: string
  readonly reason: string
  readonly holds: (file: ViewFile, around: Surroundings) => boolean
}

/** Neither ELF nor `#!`, no program permission, no set-id bit: what logs, lists and caches look like. */
function isPlain(file: ViewFile): boolean {
  if (file.kind !== 'file') return false
  return !file.flags.includes('elf') && !file.flags.includes('script') && (file.mode & 0o7111) === 0
}

function isEmpty(file: ViewFile): boolean {
  return file.size === 0 && (file.mode & 0o7111) === 0
}

/** The rows, in order of path. */
export const GENERATED: readonly GeneratedRow[] = [
  {
    id: 'runtime-mount',
    pattern:
      /^(\.dockerenv|etc\/(hostname|hosts|resolv\.conf|mtab)|dev\/(console|pts|shm)|run\/\.containerenv)$/,
    writer: 'container runtime',
    reason: 'places where the runtime mounts its own files over',
    holds: (file) => file.kind !== 'file' || isEmpty(file),
  },
  {
    id: 'package-log',
    pattern:
      /^var\/log\/(dpkg|alternatives|bootstrap|fontconfig|yum|dnf[^/]*|pacman|apk)\.log$|^var\/log\/apt\/(history|term)\.log(\.xz)?$|^var\/log\/apt\/eipp\.log\.xz$/,
    writer: 'package manager',
    reason: 'a log with the time of each run',
    holds: isPlain,
  },
  {
    id: 'login-record',
    pattern: /^var\/log\/(lastlog|wtmp|btmp|faillog|tallylog)$/,
    writer: 'login programs',
    reason: 'a record with the time of each login or account',
    holds: isPlain,
  },
  {
    id: 'apt-cache',
    pattern:
      /^var\/cache\/apt\/(pkgcache|srcpkgcache)\.bin$|^var\/cache\/apt\/archives\/(lock|[^/]+\.deb|partial\/[^/]+)$|^var\/lib\/apt\/(lists\/.+|daily_lock|periodic\/[^/]+)$/,
    writer: 'apt',
    reason: 'package lists and downloads of that day',
    holds: isPlain,
  },
  {
    id: 'apk-cache',
    pattern: /^var\/cache\/apk\/[^/]+$|^etc\/apk\/cache\/[^/]+$/,
    writer: 'apk',
    reason: 'package lists and downloads of that day',
    holds: isPlain,
  },
  {
    id: 'debconf',
    pattern: /^var\/cache\/debconf\/(config|templates|passwords)\.dat(-old)?$/,
    writer: 'debconf',
    reason: 'answers and templates of the packages configured in this step',
    holds: (file, { delta }) => isPlain(file) && delta.system,
  },
  {
    id: 'dpkg-side-file',
    pattern:
      /^var\/lib\/dpkg\/(status-old|available(-old)?|diversions-old|statoverride-old|lock|lock-frontend|triggers\/(Lock|Unincorp|File)|cmethopt)$/,
    writer: 'dpkg',
    reason: 'locks and the copy of the state before',
    holds: isPlain,
  },
  {
    id: 'lock-file',
    pattern:
      /^(etc\/\.pwd\.lock|lib\/apk\/db\/lock|usr\/lib\/apk\/db\/lock|var\/lib\/apt\/lists\/lock)$/,
    writer: 'account tools and package managers',
    reason: 'an empty lock',
    holds: isEmpty,
  },
  {
    id: 'linker-cache',
    pattern: /^var\/cache\/ldconfig\/aux-cache$|^etc\/ld\.so\.cache$/,
    writer: 'ldconfig',
    reason: 'an index of libraries with inode numbers, written when packages bring libraries',
    holds: (file, { delta }) => isPlain(file) && delta.system,
  },
  {
    id: 'bytecode',
    pattern: /\.pyc$/,
    writer: 'python',
    reason:
      'compiled from the source beside it: same time and size in its header, or the hash of that source',
    holds: (file, around) => compiledFromSource(file, around),
  },
  {
    id: 'package-manager-home',
    pattern: /^root\/(\.wget-hsts|\.npm\/_logs\/[^/]+|\.npm\/_update-notifier-last-checked)$/,
    writer: 'wget and npm',
    reason: 'state with the time of each run',
    holds: isPlain,
  },
]

/** Path of the source that a `.pyc` is compiled from (PEP 3147), or null. */
function sourceOf(path: string): string | null {
  const cached = /^(.*\/)?__pycache__\/([^/]+?)\.[a-z]+-?\d+(?:\.opt-[12])?\.pyc$/.exec(path)
  if (cached !== null) return `${cached[1] ?? ''}${cached[2]}.py`
  return path.endsWith('.pyc') ? path.slice(0, -1) : null
}

/** PEP 552: the header holds the source's time and size. A hash-based file proves nothing without its source's bytes. */
function compiledFromSource(file: ViewFile, { overlay, catalog, changed }: Surroundings): boolean {
  const path = sourceOf(file.path)
  const header = catalog.bytecode.get(file.path)
  if (path === null || header === undefined || header.hashBased) return false
  const source = overlay.resolve(path)
  if (source === undefined || changed(source.path)) return false
  return source.size % 0x1_0000_0000 === header.sourceSize && source.mtime === header.sourceMtime
}

/** The row that excuses this file, or undefined. */
export function generatedBy(file: ViewFile, around: Surroundings): GeneratedRow | undefined {
  return GENERATED.find((row) => row.pattern.test(file.path) && row.holds(file, around))
}

/** What maintainer scripts and triggers write, next to the packages installed in the same step. */
export const PACKAGE_SCRIPTS: readonly GeneratedRow[] = [
  {
    id: 'alternatives',
    pattern: /^etc\/alternatives\/[^/]+$|^var\/lib\/dpkg\/alternatives\/[^/]+$/,
    writer: 'update-alternatives',
    reason: 'links to the chosen alternative',
    holds: (file) => file.kind === 'symlink' || isPlain(file),
  },
  {
    id: 'alternative-link',
    pattern: /./,
    writer: 'update-alternatives',
    reason: 'a link into /etc/alternatives',
    holds: (file) => file.kind === 'symlink' && file.target.startsWith('/etc/alternatives/'),
  },
  {
    id: 'certificates',
    pattern:
      /^etc\/ssl\/certs\/([0-9a-f]{8}\.\d+|[^/]+\.pem|ca-certificates\.crt|java\/cacerts)$|^etc\/ca-certificates\.conf(\.dpkg-old)?$/,
    writer: 'update-ca-certificates',
    reason: 'the bundle and links of the installed certificates',
    holds: (file) => file.kind === 'symlink' || isPlain(file),
  },
  {
    id: 'service-links',
    pattern:
      /^etc\/rc[0-6S]\.d\/[SK]\d\d[^/]+$|^etc\/systemd\/(system|user)\/.+\.(wants|requires)\/[^/]+$|^etc\/systemd\/(system|user)\/[^/]+\.service$|^var\/lib\/systemd\/deb-systemd-helper-(enabled|masked)\/.+$/,
    writer: 'update-rc.d and deb-systemd-helper',
    reason: 'services of the packages, enabled',
    holds: (file) => file.kind === 'symlink' || isPlain(file),
  },
  {
    id: 'system-configuration',
    pattern:
      /^etc\/(shells|environment|default\/locale|locale\.gen|timezone|localtime|ld\.so\.conf\.d\/[^/]+|nsswitch\.conf|pam\.d\/common-[a-z-]+|profile|networks|subuid-?|subgid-?|inputrc|group-|passwd-|shadow-|gshadow-)$|^var\/lib\/pam\/[^/]+$|^etc\/dpkg\/origins\/default$/,
    writer: 'maintainer scripts',
    reason: 'system settings that packages put together when they are configured',
    holds: (file) => file.kind === 'symlink' || isPlain(file),
  },
  {
    id: 'registry',
    pattern:
      /^usr\/share\/(info\/dir(\.old)?|mime\/.+|applications\/mimeinfo\.cache|glib-2\.0\/schemas\/gschemas\.compiled|icons\/.+\/icon-theme\.cache)$|^var\/cache\/(fontconfig|man)\/.+$|^var\/lib\/(ucf|python|emacsen-common|sgml-base|xml-core|shells\.state)(\/.*)?$|^usr\/lib\/.+\/(gconv-modules\.cache|gio\/modules\/giomodule\.cache|loaders\.cache)$|^etc\/(sgml|xml)\/[^/]+$/,
    writer: 'package triggers',
    reason: 'indexes over the files of several packages',
    holds: isPlain,
  },
  {
    id: 'linker-cache',
    pattern: /^etc\/ld\.so\.cache$|^var\/cache\/ldconfig\/aux-cache$/,
    writer: 'ldconfig',
    reason: 'an index of the installed libraries',
    holds: isPlain,
  },
  {
    id: 'busybox-links',
    pattern: /^(bin|sbin|usr\/bin|usr\/sbin)\/[^/]+$/,
    writer: 'busybox',
    reason: 'a link to busybox, made by its install script',
    holds: (file) => file.kind === 'symlink' && /^\/bin\/busybox(-extras)?$/.test(file.target),
  },
  {
    id: 'empty-state',
    pattern: /^var\/(lib|log|cache|mail|spool|opt|local)\/|^usr\/local\/|^etc\//,
    writer: 'maintainer scripts',
    reason: 'an empty file that a package expects to find',
    holds: isEmpty,
  },
]

/** The row of the maintainer-script table that fits, where a package of the system was installed in the step. */
export function scriptOf(file: ViewFile, around: Surroundings): GeneratedRow | undefined {
  if (!around.delta.system) return undefined
  return PACKAGE_SCRIPTS.find((row) => row.pattern.test(file.path) && row.holds(file, around))
}

/** Folders that package managers keep their own records in. */
export function isPackageDatabase(path: string): boolean {
  const folder = parentOf(path)
  return (
    /^(var\/lib\/dpkg|var\/lib\/dpkg\/(info|triggers|updates|parts|alternatives)|(usr\/)?lib\/apk\/db|etc\/apk)$/.test(
      folder,
    ) || path === 'var/lib/apt/extended_states'
  )
}
