// RUN layers: the packages that came, held against what the commands ask for. A package is asked for by name, needed
// by one that is, or not explained; and that is a change only where nothing else in the step could have brought it.
import type { ImageCatalog } from '../catalog/index.ts'
import type {
  Command,
  InstalledPackage,
  PackageRequest,
  PackageType,
  StepPackages,
} from '../core/index.ts'
import { byCodeUnit, excerpt, nameOf } from '../core/index.ts'
import { isGlobal, type ListedNames, normalName } from './listed-names.ts'
import type { PackageDelta } from './package-delta.ts'
import { PackageGraph } from './package-graph.ts'
import { opens } from './step-programs.ts'

/** A step and its layer. */
export interface RunDelta {
  readonly place: Pick<StepPackages, 'step' | 'layer' | 'line'>
  readonly delta: PackageDelta
  readonly after: ImageCatalog
  readonly commands: readonly Command[]
  readonly requests: readonly PackageRequest[]
  /** The folder in which the commands start. */
  readonly workdir: string
  /** What files name that requests without a name stand for. */
  readonly listed: ListedNames
  /** Why nothing can be concluded from the commands, a sentence; ''. */
  readonly doubt: string
  /** True for a package whose record belongs to a package of the system. */
  readonly isOfSystem: (item: InstalledPackage) => boolean
}

const TYPES: readonly PackageType[] = ['apk', 'deb', 'npm', 'pypi']

const MANAGERS: Readonly<Record<string, PackageType>> = {
  apt: 'deb',
  dpkg: 'deb',
  apk: 'apk',
  npm: 'npm',
  yarn: 'npm',
  pnpm: 'npm',
  bun: 'npm',
  corepack: 'npm',
  pip: 'pypi',
  pipx: 'pypi',
  uv: 'pypi',
  poetry: 'pypi',
  conda: 'pypi',
  mamba: 'pypi',
  micromamba: 'pypi',
}

/** The packages that the layer brought, an entry an ecosystem; none for those of which nothing came or was asked. */
export function explainPackages(run: RunDelta): readonly StepPackages[] {
  return TYPES.flatMap((type) => {
    const came = [...run.delta.moves.values()].flatMap(({ kind, after }) => {
      if (after === null || after.type !== type || kind === 'rewritten') return []
      if (type !== 'deb' && type !== 'apk' && run.isOfSystem(after)) return []
      return [{ item: after, added: kind === 'added' }]
    })
    const wanted = wantedOf(run, type)
    if (came.length === 0 && wanted.names.size === 0) return []
    return [explained(run, type, wanted, came)]
  })
}

interface Came {
  readonly item: InstalledPackage
  readonly added: boolean
}

function explained(
  run: RunDelta,
  type: PackageType,
  wanted: Wanted,
  came: readonly Came[],
): StepPackages {
  const graph = new PackageGraph(run.after.packages, type)
  const asked = new Set<InstalledPackage>()
  const absent: string[] = []
  for (const [name, told] of wanted.names) {
    const found = graph.named(name)
    for (const item of found) asked.add(item)
    if (found.length === 0 && told && !wanted.removed(name)) absent.push(name)
  }
  for (const item of graph.present) if (wanted.folders?.has(item.location) === true) asked.add(item)
  // a newer version of what was there may need what was not
  const moved = came.filter(({ added }) => !added).map(({ item }) => item)
  const recommended = type !== 'deb' || takesRecommended(run)
  const needed = graph.needed([...asked, ...moved], recommended)
  const ofAsked = graph.needed(asked, recommended)
  const purls = (fits: (one: Came) => boolean) =>
    [...new Set(came.filter(fits).map(({ item }) => item.purl))].sort(byCodeUnit)
  const isNeeded = ({ item, added }: Came) =>
    !asked.has(item) && (added ? needed : ofAsked).has(item)
  const unexplained = purls((one) => one.added && !asked.has(one.item) && !needed.has(one.item))
  const open = run.doubt || wanted.open || openedBy(run, type)
  return {
    ...run.place,
    type,
    asked: purls(({ item }) => asked.has(item)),
    dependencies: purls(isNeeded),
    unexplained,
    open: unexplained.length === 0 ? '' : open,
    absent: graph.present.length === 0 || run.doubt !== '' ? [] : absent.sort(byCodeUnit),
  }
}

/** apt installs what packages recommend, but for a request that says no. */
function takesRecommended({ requests }: RunDelta): boolean {
  const installs = requests.filter(
    ({ manager, action }) => manager === 'apt' && action !== 'remove',
  )
  return installs.some(
    ({ action, options }) => action !== 'update' && !options.includes('--no-install-recommends'),
  )
}

/** Patterns of one step that are looked up. */
const MAX_PATTERNS = 100

interface Wanted {
  /** Names, each with whether it must be there afterwards. */
  readonly names: ReadonlyMap<string, boolean>
  /** Folders of packages that a lock file names. */
  readonly folders: ReadonlySet<string> | null
  readonly open: string
  readonly removed: (name: string) => boolean
}

function wantedOf(run: RunDelta, type: PackageType): Wanted {
  const names = new Map<string, boolean>()
  const removed = new Set<string>()
  let open = ''
  let folders: ReadonlySet<string> | null = null
  const own = run.requests.filter(({ manager }) => MANAGERS[manager] === type)
  const doubt = (request: PackageRequest, why: string) => {
    open ||= `line ${request.line} ${why}`
  }
  for (const request of own) {
    const { action, name } = request
    if (action === 'remove') removed.add(name)
    if (action === 'upgrade' && type !== 'deb' && type !== 'apk')
      doubt(request, 'upgrades packages')
    if (action !== 'install') continue
    const why = openness(request)
    if (why !== '') doubt(request, why)
    else if (name === '') {
      const listed = listedBy(run, request)
      if (listed === null) doubt(request, 'installs what a file lists that is not read here')
      else if (type === 'npm') folders = listed
      else for (const one of listed) names.set(one, false)
    } else {
      const known = bareName(request, type)
      if (known === null) doubt(request, `installs ${excerpt(name, 60)}, whose name is not known`)
      else names.set(known, !isConditional(request, run.commands))
      // npm brings what the project lists as well
      if (type === 'npm' && !isGlobal(request.options)) {
        if (run.listed.npm === null)
          doubt(request, 'installs into a project whose lock is not read here')
        else folders = run.listed.npm
      }
    }
  }
  const patterns = [...names.keys()].filter((name) => /[*?]/.test(name)).length
  if (patterns > MAX_PATTERNS)
    return { names: new Map(), folders, open: 'it asks for too many patterns', removed: () => true }
  for (const { words } of run.commands) {
    // a new environment has these
    if (type === 'pypi' && words[1] === '-m' && /^(?:venv|ensurepip)$/.test(words[2] ?? ''))
      for (const name of ['pip', 'setuptools', 'wheel']) names.set(name, false)
  }
  const virtual = own
    .flatMap(({ options }) => options)
    .some((one) => /^(?:-t|--virtual)\b/.test(one))
  const everything =
    (virtual && removed.size > 0) || [...removed].some((name) => name === '' || /[$`]/.test(name))
  return { names, folders, open, removed: (name) => everything || removed.has(name) }
}

/** What a request without a name stands for; null when that is not known. */
function listedBy({ listed }: RunDelta, { manager }: PackageRequest): ReadonlySet<string> | null {
  if (manager === 'pip') return listed.pypi
  return manager === 'npm' ? listed.npm : null
}

/** Why a request may bring more than it names; ''. */
function openness({ manager, name, options }: PackageRequest): string {
  if (/[$`]/.test(name)) return `asks for ${excerpt(name, 60)}, which the text does not tell`
  if (options.includes('build-dep')) return 'asks for what a source package needs'
  if (options.includes('--install-suggests')) return 'installs suggested packages'
  return ['pnpm', 'bun', 'corepack'].includes(manager) ? `installs with ${manager}` : ''
}

/** The name as the ecosystem's records have it; null for what only its content tells. */
function bareName({ name }: PackageRequest, type: PackageType): string | null {
  switch (type) {
    case 'deb': {
      // apt takes what is no package for a task or a regular expression
      if (/[[\]^()|\\{}]|\.\*|\.\+/.test(name)) return null
      const file = /^(?:.*\/)?([a-z0-9][a-z0-9.+-]*)_[^/]*\.deb$/.exec(name)?.[1]
      return file ?? (/[/]|\.deb$/.test(name) ? null : name)
    }
    case 'apk': {
      const file = /^(?:.*\/)?([A-Za-z0-9][\w.+-]*?)-\d[^/]*\.apk$/.exec(name)?.[1]
      return file ?? (name.endsWith('.apk') ? null : name)
    }
    case 'npm':
      return /^(?:@[\w.-]+\/)?[\w.-]+$/.test(name) && !/^\.|\.tgz$/.test(name) ? name : null
    case 'pypi': {
      const wheel = /^(?:.*\/)?([A-Za-z0-9_.]+)-[^/]*\.whl$/.exec(name)?.[1]
      if (wheel !== undefined) return normalName(wheel)
      return /^[A-Za-z0-9][\w.-]*$/.test(name) ? normalName(name) : null
    }
  }
}

function isConditional(request: PackageRequest, commands: readonly Command[]): boolean {
  return commands.some(
    ({ instruction, position, conditional }) =>
      conditional && instruction === request.instruction && position === request.command,
  )
}

/** The first command that may have brought packages of the ecosystem in a way that is not read; ''. */
function openedBy({ commands, requests, workdir }: RunDelta, type: PackageType): string {
  const asking = new Set(requests.map(({ instruction, command }) => `${instruction} ${command}`))
  const moves = commands.filter(({ words }) => words[0] === 'cd' || words[0] === 'pushd')
  const atRoot =
    (workdir === '/' && moves.length === 0) ||
    moves.some(({ words }) => /^[/$`]*$/.test(words[1] ?? ''))
  for (const command of commands) {
    const asks = asking.has(`${command.instruction} ${command.position}`)
    if (!opens(command, asks, atRoot).includes(type)) continue
    return `line ${command.line} runs ${excerpt(nameOf(command.words[0] ?? ''), 40)}, which may bring packages`
  }
  if (type === 'deb' && commands.some(isFullUpgrade))
    return 'a whole upgrade may bring new packages'
  return ''
}

function isFullUpgrade({ words }: Command): boolean {
  const own = /^(?:apt-get|apt|aptitude)$/.test(nameOf(words[0] ?? ''))
  return own && words.some((word) => /^(?:dist-upgrade|full-upgrade|safe-upgrade)$/.test(word))
}
