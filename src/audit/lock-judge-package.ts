// Packages that differ from the lock, held against what the description asks package managers for.
import type { InstalledPackage, PackageRequest, Step } from '../core/index.ts'
import {
  type JudgedImage,
  type LockDifference,
  type LockJudgement,
  untracked,
} from './lock-judgement.ts'
import { MANAGERS, requestChain } from './request-chain.ts'

/** What is behind a package that came, went, or has another version or other files. */
export function judgePackage(difference: LockDifference, image: JudgedImage): LockJudgement {
  const item = image.now.packages.get(difference.key)
  const named = namedByAudit(difference, image)
  if (named !== '') return untracked(named)
  const { locked, found } = difference
  const below = (found ?? locked)?.values[1] === 'base' ? image.base : null
  if (below !== null) return { ...below, reason: `the base changed: ${below.reason}` }
  if (item === undefined || found === null) return judgeRemoved(difference, image)
  if (locked?.values[0] === found.values[0]) return judgeFiles(item, image)
  return judgeVersion(difference, item, image)
}

/** What the audit itself says against the package; '' when nothing. */
function namedByAudit({ names }: LockDifference, { one }: JudgedImage): string {
  const change = one.compared.attribution.changes.find(
    ({ kind, subject }) => kind.startsWith('package-') && subject === names[1],
  )
  return change?.evidence ?? ''
}

function managersOf({ names }: LockDifference): readonly string[] {
  const [type] = names
  for (const [name, managers] of Object.entries(MANAGERS)) if (name === type) return managers
  return []
}

function judgeRemoved(difference: LockDifference, image: JudgedImage): LockJudgement {
  const { one, described } = image
  const { description } = one.compared
  const managers = managersOf(difference)
  if (described.lostRequest(managers, difference.names[1] ?? '', description)) {
    return { state: 'explained', reason: 'the description asks for it no more', line: null }
  }
  const removal = description?.requests.find(
    (each) =>
      each.action === 'remove' && managers.includes(each.manager) && described.isNewRequest(each),
  )
  if (removal !== undefined) {
    return { state: 'explained', reason: 'the description removes packages', line: removal.line }
  }
  const [changed] = described.newOnes(({ keyword }) => keyword === 'RUN')
  if (changed !== undefined || described.hasLost('RUN')) {
    const reason = 'a RUN instruction changed, and it is no longer needed'
    return { state: 'explained', reason, line: changed?.line ?? null }
  }
  const lockfile = managers.includes('npm') || managers.includes('pip') ? described.copied() : null
  if (lockfile !== null) return { state: 'explained', ...lockfile }
  const moving = requestsOf(difference, image).find((each) => !each.pinned)
  if (moving !== undefined && (image.base !== null || image.packages !== null)) {
    const reason = 'packages that nobody pinned moved, and need it no more'
    return { state: 'moved', reason, line: moving.line }
  }
  return untracked('nothing in the description asks for its removal')
}

/** The requests of the description that go to the package's manager. */
function requestsOf(difference: LockDifference, { one }: JudgedImage): readonly PackageRequest[] {
  const managers = managersOf(difference)
  return (
    one.compared.description?.requests.filter(
      ({ manager, action }) =>
        managers.includes(manager) && (action === 'install' || action === 'upgrade'),
    ) ?? []
  )
}

function judgeVersion(
  difference: LockDifference,
  item: InstalledPackage,
  image: JudgedImage,
): LockJudgement {
  const { one, described } = image
  const { catalog } = one.compared.attribution
  const requests = requestsOf(difference, image)
  const { chain, request } = requestChain(item, catalog.packages, requests)
  if (request !== null) return judgeRequested(request, chain, image)
  const whole = requests.find((each) => each.name === '' || each.action === 'upgrade')
  const step = stepOf(item, image)
  const fresh = requests.find((each) => described.isNewRequest(each))
  if (fresh !== undefined) {
    return {
      state: 'explained',
      reason: 'the description asks for packages anew',
      line: fresh.line,
    }
  }
  if (whole !== undefined) return judgeWhole(whole, image)
  const own = step?.instruction ?? null
  const input = own === null ? null : described.inputOf(own)
  if (input !== null) return { state: 'explained', ...input }
  const loose = requests.find((each) => !each.pinned && (own === null || each.instruction === own))
  if (loose !== undefined && step?.alignment === 'same') {
    const reason = `${loose.manager} brought it along with packages that nobody pinned`
    return { state: 'moved', reason, line: loose.line }
  }
  return untracked('nothing in the description asks for it')
}

function judgeRequested(
  request: PackageRequest,
  chain: readonly InstalledPackage[],
  { described }: JudgedImage,
): LockJudgement {
  const { line, pinned, manager } = request
  const [first, ...rest] = chain
  const asked = first?.name ?? request.name
  if (described.isNewRequest(request)) {
    const reason =
      rest.length === 0 ? `${manager} is asked for it` : `${asked} needs it, which is asked for`
    return { state: 'explained', reason: `${reason} since the lock was written`, line }
  }
  if (rest.length > 0) {
    return { state: 'moved', reason: `${asked} needs it, in no fixed version`, line }
  }
  if (!pinned) return { state: 'moved', reason: `${manager} is asked for no fixed version`, line }
  return untracked(`${manager} is asked for a fixed version, the same as when it was locked`)
}

/** `npm ci`, `pip install -r FILE`, `apt-get upgrade`: which packages come is written elsewhere, or nowhere. */
function judgeWhole(request: PackageRequest, { described }: JudgedImage): LockJudgement {
  const { line, manager, action, pinned } = request
  if (action === 'upgrade') {
    return { state: 'moved', reason: `${manager} upgrades to what is newest`, line }
  }
  const input = described.inputOf(request.instruction)
  if (input !== null) return { state: 'explained', ...input }
  if (!pinned) return { state: 'moved', reason: `${manager} takes what is newest`, line }
  return untracked(`${manager} installs from a file that fixes versions and did not change`)
}

function stepOf(item: InstalledPackage, { one }: JudgedImage): Step | undefined {
  const layer = one.compared.attribution.layerOf(item)
  return layer === null ? undefined : one.compared.steps.find((step) => step.layer === layer)
}

/** The same version with other files: nothing outside can do that. */
function judgeFiles(item: InstalledPackage, image: JudgedImage): LockJudgement {
  const { described } = image
  const input = described.newOnes(({ keyword }) => keyword === 'RUN' || keyword === 'COPY')
  if (input.length > 0) {
    return {
      state: 'explained',
      reason: 'an instruction changed that may touch it',
      line: input[0]?.line ?? null,
    }
  }
  if (
    image.base !== null &&
    image.base.state !== 'untracked' &&
    item.type !== 'deb' &&
    item.type !== 'apk'
  ) {
    return { ...image.base, reason: 'it may be built here, and the base changed' }
  }
  return untracked('the same version, and other files or another record')
}
