// Which differences between two files every two builds have. A path alone excuses nothing: the file must be what
// its writer makes, and the packages, accounts or sources that it is made of must be equal in both images.
import { GENERATED, isEmpty, isPlain } from '../attribution/index.ts'
import type { ViewFile } from '../inventory/index.ts'
import { accountText, type FinishedImage, matchesItsSource, perBuildWriter } from './benign.ts'

/** Both images, and what is equal in them as a whole. */
export interface BenignScene {
  readonly a: FinishedImage
  readonly b: FinishedImage
  /** No library differs, is new or is gone. */
  readonly sameLibraries: boolean
  /** Every record of the system's packages is equal. */
  readonly sameRecords: boolean
}

/** Logs, lists and locks: plain files that nothing runs, wherever only one image has them or both differ. */
const ALWAYS: ReadonlySet<string> = new Set([
  ...['package-log', 'login-record', 'apt-cache', 'apk-cache', 'package-manager-home'],
])
const RECORDS = /^(var\/lib\/dpkg\/(status|available)|(usr\/)?lib\/apk\/db\/installed)$/
const ACCOUNTS = /^etc\/(passwd|group|shadow|gshadow)(-?)$/

/** Why a file that both images have differs in any two builds; '' when that is not so. */
export function benignChange(a: ViewFile, b: ViewFile, scene: BenignScene): string {
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return ''
  if (!isPlain(a) || !isPlain(b)) return ''
  const account = ACCOUNTS.exec(a.path)
  if (account !== null) return benignAccount(a, b, account[2] === '-', scene)
  if (RECORDS.test(a.path)) {
    return scene.sameRecords ? 'package manager: the same records in another order' : ''
  }
  const row = GENERATED.find(({ pattern }) => pattern.test(a.path))
  if (row === undefined) return ''
  return holds(row.id, a, b, scene) ? `${row.writer}: ${row.reason}` : ''
}

function holds(id: string, a: ViewFile, b: ViewFile, scene: BenignScene): boolean {
  if (ALWAYS.has(id)) return true
  switch (id) {
    case 'debconf':
      return a.path.endsWith('-old')
    case 'dpkg-side-file':
      return scene.sameRecords
    case 'linker-cache':
      // the cache that programs use is made of the libraries alone
      return a.path.endsWith('aux-cache') && scene.sameLibraries
    case 'bytecode':
      return sameSource(a, b, scene)
    default:
      return false
  }
}

/** Times in the heads differ, each is that of its source, and the sources are equal. */
function sameSource(a: ViewFile, b: ViewFile, scene: BenignScene): boolean {
  if (a.size !== b.size) return false
  if (!matchesItsSource(a, scene.a) || !matchesItsSource(b, scene.b)) return false
  const [head, other] = [scene.a.catalog.bytecode.get(a.path), scene.b.catalog.bytecode.get(b.path)]
  return head?.sourceSize === other?.sourceSize && head?.sourceMtime !== other?.sourceMtime
}

function benignAccount(a: ViewFile, b: ViewFile, copy: boolean, scene: BenignScene): string {
  const path = copy ? a.path.slice(0, -1) : a.path
  const text = accountText(scene.a, path)
  if (text === null || text !== accountText(scene.b, path)) return ''
  // nothing reads the lines of the copy that account tools keep: it may differ in the day alone
  if (copy && a.size !== b.size) return ''
  return 'account tools: the day of the last change'
}

/** Why a file that only one image has is there in any build; '' when that is not so. */
export function benignExtra(file: ViewFile): string {
  const row = GENERATED.find(({ pattern }) => pattern.test(file.path))
  if (row === undefined) return ''
  const empty = row.id === 'lock-file' || row.id === 'runtime-mount'
  const fits = empty ? isEmpty(file) : isPlain(file) && ALWAYS.has(row.id)
  return fits ? `${row.writer}: ${row.reason}` : ''
}

/** True for a file whose bytes a package's scripts or a step make anew in each build. */
export function isMadeAnew(a: ViewFile, b: ViewFile): boolean {
  return perBuildWriter(a) !== '' && perBuildWriter(b) !== ''
}
