// What maintainer scripts and triggers write beside the packages of a step (Debian policy, chapter 6). The shape
// of a file is enough where the step is written down; where it is not, facts must prove the writer.
import { nameOf } from '../core/index.ts'
import type { ViewFile } from '../inventory/index.ts'
import { hasMoved, isSystem, type PackageDelta } from './package-delta.ts'
import { isEmpty, isPlain, type Scene } from './scene.ts'

/** One row: which files, who writes them, why, and what must hold. */
export interface ScriptRow {
  readonly id: string
  readonly pattern: RegExp
  readonly writer: string
  readonly reason: string
  /** What such a file looks like. */
  readonly looks: (file: ViewFile) => boolean
  /** That a package of this step is behind it. */
  readonly proved: (file: ViewFile, scene: Scene) => boolean
}

const isLink = (file: ViewFile) => file.kind === 'symlink'
const isLinkOrPlain = (file: ViewFile) => isLink(file) || isPlain(file)

/** The rows, most telling first. */
export const PACKAGE_SCRIPTS: readonly ScriptRow[] = [
  {
    id: 'alternatives',
    pattern: /^etc\/alternatives\/[^/]+$|^var\/lib\/dpkg\/alternatives\/[^/]+$/,
    writer: 'update-alternatives',
    reason: 'links to the chosen alternative',
    looks: isLinkOrPlain,
    proved: (file, scene) => leadsToMoved(`etc/alternatives/${nameOf(file.path)}`, scene),
  },
  {
    id: 'alternative-link',
    pattern: /./,
    writer: 'update-alternatives',
    reason: 'a link into /etc/alternatives',
    looks: (file) => isLink(file) && file.target.startsWith('/etc/alternatives/'),
    proved: (file, scene) => leadsToMoved(file.path, scene),
  },
  {
    id: 'certificates',
    pattern:
      /^etc\/ssl\/certs\/([0-9a-f]{8}\.\d+|[^/]+\.pem|ca-certificates\.crt|java\/cacerts)$|^etc\/ca-certificates\.conf(\.dpkg-old)?$/,
    writer: 'update-ca-certificates',
    reason: 'the bundle and links of the installed certificates',
    looks: isLinkOrPlain,
    proved: isCertificate,
  },
  {
    id: 'service-links',
    pattern:
      /^etc\/rc[0-6S]\.d\/[SK]\d\d[^/]+$|^etc\/systemd\/(system|user)\/.+\.(wants|requires)\/[^/]+$|^etc\/systemd\/(system|user)\/[^/]+\.service$|^var\/lib\/systemd\/deb-systemd-helper-(enabled|masked)\/.+$/,
    writer: 'update-rc.d and deb-systemd-helper',
    reason: 'services of the packages, enabled',
    looks: isLinkOrPlain,
    proved: (file, scene) =>
      isLink(file) ? leadsToMoved(file.path, scene) : isHelperState(file, scene),
  },
  {
    id: 'system-configuration',
    pattern:
      /^etc\/(shells|environment|default\/locale|locale\.gen|timezone|localtime|ld\.so\.conf\.d\/[^/]+|nsswitch\.conf|pam\.d\/common-[a-z-]+|profile|networks|inputrc)$|^var\/lib\/pam\/[^/]+$|^etc\/dpkg\/origins\/default$/,
    writer: 'maintainer scripts',
    reason: 'system settings that packages put together when they are configured',
    looks: isLinkOrPlain,
    proved: watched([
      [/^etc\/shells$/, /(^|\/)bin\/[a-z]*sh$/],
      [/^etc\/(default\/locale|locale\.gen)$/, /^usr\/sbin\/locale-gen$/],
      [/^etc\/(timezone|localtime)$/, /^usr\/share\/zoneinfo\//],
      [/^etc\/networks$/, /^etc\/protocols$/],
      [/^etc\/pam\.d\/common-|^var\/lib\/pam\//, /^usr\/share\/pam-configs\//],
    ]),
  },
  {
    id: 'registry',
    pattern:
      /^usr\/share\/(info\/dir(\.old)?|mime\/.+|applications\/mimeinfo\.cache|glib-2\.0\/schemas\/gschemas\.compiled|icons\/.+\/icon-theme\.cache)$|^var\/cache\/(fontconfig|man)\/.+$|^var\/lib\/(ucf|python|emacsen-common|sgml-base|xml-core|shells\.state)(\/.*)?$|^usr\/lib\/.+\/(gconv-modules\.cache|gio\/modules\/giomodule\.cache|loaders\.cache)$|^etc\/(sgml|xml)\/[^/]+$/,
    writer: 'package triggers',
    reason: 'indexes over the files of several packages',
    looks: isPlain,
    proved: watched([
      [/^usr\/share\/info\//, /^usr\/share\/info\//],
      [/^usr\/share\/mime\//, /^usr\/share\/mime\/packages\//],
      [/^usr\/share\/applications\//, /^usr\/share\/applications\//],
      [/^usr\/share\/glib-2\.0\//, /^usr\/share\/glib-2\.0\/schemas\//],
      [/^usr\/share\/icons\//, /^usr\/share\/icons\//],
      [/^var\/cache\/fontconfig\//, /^usr\/share\/fonts\/|^etc\/fonts\//],
      [/^var\/cache\/man\//, /^usr\/share\/man\//],
      [/^var\/lib\/ucf\//, /^usr\/bin\/ucf$/],
      [/^var\/lib\/python\//, /^usr\/(bin|share)\/python/],
      [/^var\/lib\/shells\.state$/, /(^|\/)bin\/[a-z]*sh$/],
      [/gconv-modules\.cache$/, /\/gconv\//],
      [/giomodule\.cache$/, /\/gio\/modules\//],
      [/loaders\.cache$/, /\/gdk-pixbuf-2\.0\//],
      [/^(etc|var\/lib)\/(sgml|xml)/, /\/(sgml|xml)\//],
    ]),
  },
  {
    id: 'linker-cache',
    pattern: /^etc\/ld\.so\.cache$|^var\/cache\/ldconfig\/aux-cache$/,
    writer: 'ldconfig',
    reason: 'an index of the installed libraries',
    looks: isPlain,
    proved: (_file, scene) => brings(scene, /\.so(\.[0-9.]+)?$/),
  },
  {
    id: 'busybox-links',
    pattern: /^(bin|sbin|usr\/bin|usr\/sbin)\/[^/]+$/,
    writer: 'busybox',
    reason: 'a link to busybox, made by its install script',
    looks: (file) => isLink(file) && /^\/bin\/busybox(-extras)?$/.test(file.target),
    proved: (file, scene) => leadsToMoved(file.path, scene),
  },
  {
    id: 'empty-state',
    pattern: /^var\/(lib|log|cache|mail|spool|opt|local)\/|^usr\/local\/|^etc\//,
    writer: 'maintainer scripts',
    reason: 'an empty file that a package expects to find',
    looks: isEmpty,
    // nothing tells whose it is, and an empty file can switch something off
    proved: () => false,
  },
]

/** The row of the table that fits, where a package of the system was installed in the step. */
export function scriptOf(file: ViewFile, scene: Scene, mustProve: boolean): ScriptRow | undefined {
  if (!scene.delta.system) return undefined
  return PACKAGE_SCRIPTS.find(
    (row) =>
      row.pattern.test(file.path) && row.looks(file) && (!mustProve || row.proved(file, scene)),
  )
}

interface Brought {
  readonly paths: readonly string[]
  readonly answers: Map<string, boolean>
}

const brought = new WeakMap<PackageDelta, Brought>()

/** True when a system package that came in this step has a file at such a path. */
export function brings({ delta }: Scene, pattern: RegExp): boolean {
  let known = brought.get(delta)
  if (known === undefined) {
    const paths = [...delta.moves.values()].flatMap(({ kind, after }) =>
      after === null || kind === 'rewritten' || !isSystem(after)
        ? []
        : after.files.map((file) => file.path),
    )
    known = { paths, answers: new Map() }
    brought.set(delta, known)
  }
  let answer = known.answers.get(pattern.source)
  if (answer === undefined) {
    answer = known.paths.some((path) => pattern.test(path))
    known.answers.set(pattern.source, answer)
  }
  return answer
}

/** Indexes: the file, and the place that its writer watches for files of packages. */
function watched(rows: readonly (readonly [file: RegExp, watches: RegExp])[]): ScriptRow['proved'] {
  return (file, scene) =>
    rows.some(([pattern, watches]) => pattern.test(file.path) && brings(scene, watches))
}

/** True when the links at a path end at an unchanged file of a package that came in this step. */
function leadsToMoved(path: string, scene: Scene): boolean {
  const target = scene.overlay.resolve(path)
  if (target === undefined || target.path === path) return false
  const claim = scene.ownership.of(target.path, target)
  return claim !== undefined && claim.state !== 'modified' && hasMoved(scene.delta, claim.package)
}

/** The text as a pattern that fits nothing else. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** What deb-systemd-helper remembers of a unit that a package of this step brought. */
function isHelperState(file: ViewFile, scene: Scene): boolean {
  if (!file.path.startsWith('var/lib/systemd/deb-systemd-helper-')) return false
  const unit = nameOf(file.path).replace(/\.dsh-also$/, '')
  return brings(scene, new RegExp(`lib/systemd/(system|user)/${escaped(unit)}$`))
}

const CERTIFICATES = 'etc/ssl/certs'

/** A link to a certificate of a package, or the bundle of exactly the linked ones. */
function isCertificate(file: ViewFile, scene: Scene): boolean {
  if (isLink(file)) return leadsToMoved(file.path, scene)
  if (file.path !== `${CERTIFICATES}/ca-certificates.crt`) {
    return (
      file.path.startsWith('etc/ca-certificates.conf') &&
      brings(scene, /^usr\/share\/ca-certificates\//)
    )
  }
  const sizes = scene.overlay
    .list(CERTIFICATES)
    .filter((each) => each.path.endsWith('.pem') && isLink(each))
    .map((each) => scene.overlay.resolve(each.path)?.size ?? 0)
  const sum = sizes.reduce((total, size) => total + size, 0)
  // a certificate without a line feed at its end gets one
  return sum > 0 && file.size >= sum && file.size <= sum + sizes.length
}
