// Files that every build writes differently. Each row names the writer and the reason, and holds only
// under its condition: a path alone never excuses a file. `docs/architecture.md` tells how rows are proved.
import { nameOf, parentOf } from '../core/index.ts'
import type { ViewFile } from '../inventory/index.ts'
import { folderOwner, hasMoved } from './package-delta.ts'
import { brings } from './package-scripts.ts'
import { isEmpty, isPlain, type Scene } from './scene.ts'

/** One row: which files, who writes them, why they differ, and what must hold. */
export interface GeneratedRow {
  readonly id: string
  readonly pattern: RegExp
  readonly writer: string
  readonly reason: string
  /** `earlier`: what stood there before the layer; null when nothing did. */
  readonly holds: (file: ViewFile, scene: Scene, earlier: ViewFile | null) => boolean
}

/** The rows, in order of path. */
export const GENERATED: readonly GeneratedRow[] = [
  {
    id: 'runtime-mount',
    pattern:
      /^(\.dockerenv|etc\/(hostname|hosts|resolv\.conf|mtab)|dev\/(console|pts|shm)|run\/\.containerenv)$/,
    writer: 'container runtime',
    reason: 'places where the runtime mounts its own files over',
    holds: (file) =>
      (file.kind === 'file' && file.size === 0 && (file.mode & 0o7000) === 0) ||
      (file.kind === 'character-device' && parentOf(file.path) === 'dev') ||
      (file.path === 'etc/mtab' && /^(\/|\.\.\/)proc\/(self\/)?mounts$/.test(file.target)),
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
      /^var\/cache\/apt\/(pkgcache|srcpkgcache)\.bin$|^var\/cache\/apt\/archives\/lock$|^var\/lib\/apt\/(daily_lock|periodic\/[a-z-]+|lists\/(lock|(partial\/|auxfiles\/)?[^/]+_(InRelease|Release(\.gpg)?|(Packages|Sources|Translation-[\w@]+|Contents-[\w-]+|Components-[\w-]+|Commands-[\w-]+|icons-[\w@]+)(\.(lz4|gz|xz|bz2|zst|yml|tar))*)))$/,
    writer: 'apt',
    reason: 'package lists of that day',
    holds: isPlain,
  },
  {
    id: 'apk-cache',
    pattern: /^(var\/cache|etc)\/apk\/(cache\/)?(APKINDEX\.[0-9a-f]{8}\.tar\.gz|installed)$/,
    writer: 'apk',
    reason: 'package lists of that day',
    holds: isPlain,
  },
  {
    id: 'debconf',
    pattern: /^var\/cache\/debconf\/(config|templates|passwords)\.dat(-old)?$/,
    writer: 'debconf',
    reason: 'answers and templates of the packages configured in this step',
    holds: (file, { delta }) => isPlain(file) && (delta.system || file.path.endsWith('-old')),
  },
  {
    id: 'dpkg-side-file',
    pattern:
      /^var\/lib\/dpkg\/(status-old|available(-old)?|diversions-old|statoverride-old|cmethopt|triggers\/(Unincorp|File))$/,
    writer: 'dpkg',
    reason: 'copies of the state before, and marks of work to come',
    holds: (file, { delta }) => isPlain(file) && delta.system,
  },
  {
    id: 'lock-file',
    pattern:
      /^(etc\/\.pwd\.lock|run\/adduser|(usr\/)?lib\/apk\/db\/lock|var\/lib\/dpkg\/(lock(-frontend)?|triggers\/Lock))$/,
    writer: 'account tools and package managers',
    reason: 'an empty lock',
    holds: isEmpty,
  },
  {
    id: 'linker-cache',
    pattern: /^var\/cache\/ldconfig\/aux-cache$|^etc\/ld\.so\.cache$/,
    writer: 'ldconfig',
    reason: 'an index of libraries with inode numbers, written when packages bring libraries',
    holds: (file, scene) => isPlain(file) && brings(scene, /\.so(\.[0-9.]+)?$/),
  },
  {
    id: 'bytecode',
    pattern: /\.pyc$/,
    writer: 'python',
    reason: 'compiled from the source beside it: same time and size in its header',
    holds: compiledFromSource,
  },
  {
    id: 'package-manager-home',
    pattern: /^root\/(\.wget-hsts|\.npm\/_logs\/[^/]+\.log|\.npm\/_update-notifier-last-checked)$/,
    writer: 'wget and npm',
    reason: 'state with the time of each run',
    holds: isPlain,
  },
]

/** Path of the source that a `.pyc` is compiled from (PEP 3147), or null. */
export function sourceOf(path: string): string | null {
  const [folder, name] = [parentOf(path), nameOf(path)]
  if (nameOf(folder) !== '__pycache__') return path.endsWith('.pyc') ? path.slice(0, -1) : null
  const module = /^(.+?)\.[a-z][a-z\d]*(?:-\d+)*(?:\.opt-[12])?\.pyc$/.exec(name)?.[1]
  const above = parentOf(folder)
  return module === undefined ? null : `${above === '' ? '' : `${above}/`}${module}.py`
}

/**
 * PEP 552: the header holds the source's time and size. A hash-based file proves nothing without its source's
 * bytes; one that differs although its source is as before was not compiled from it.
 */
function compiledFromSource(file: ViewFile, scene: Scene, earlier: ViewFile | null): boolean {
  const path = sourceOf(file.path)
  const header = scene.after.bytecode.get(file.path)
  if (path === null || header === undefined || header.hashBased || !isPlain(file)) return false
  const source = scene.overlay.resolve(path)
  if (source === undefined || scene.changed(source.path)) return false
  if (source.size % 0x1_0000_0000 !== header.sourceSize) return false
  if (source.mtime !== header.sourceMtime) return false
  return earlier === null || source.contentLayer === scene.layer || isNewlyOwned(file, scene)
}

function isNewlyOwned(file: ViewFile, scene: Scene): boolean {
  const owner = folderOwner(scene.after, file.path)
  return owner !== undefined && hasMoved(scene.delta, owner)
}

/** The row that excuses this file, or undefined. */
export function generatedBy(
  file: ViewFile,
  scene: Scene,
  earlier: ViewFile | null,
): GeneratedRow | undefined {
  return GENERATED.find((row) => row.pattern.test(file.path) && row.holds(file, scene, earlier))
}
