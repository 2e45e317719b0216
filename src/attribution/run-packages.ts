// The packages of a layer that RUN steps made: which of them its commands explain, and a change for each that nothing
// in a step whose commands are all known could have brought.
import type { Description, InstalledPackage, StepPackages } from '../core/index.ts'
import { excerpt } from '../core/index.ts'
import { isPackageDatabase, packageFold } from './database.ts'
import type { ReadBlob } from './legacy-hash.ts'
import { listedNames } from './listed-names.ts'
import { isPresent, packageKey } from './package-delta.ts'
import { explainPackages } from './run-delta.ts'
import type { Scene } from './scene.ts'
import type { Work } from './work.ts'

/** The lists of packages themselves. */
const RECORDS = /\/dpkg\/status(?:\.d\/[^/]*)?$|\/apk\/db\/installed$/
/** Commands of a RUN are read up to about this number. */
const MANY_COMMANDS = 4_900

/** Holds the packages that came in a layer against the commands of its RUN steps; nothing for other layers. */
export async function judgeRunPackages(
  scene: Scene,
  description: Description | null,
  readBlob: ReadBlob | undefined,
): Promise<readonly StepPackages[]> {
  const runs = runsOf(scene)
  if (description === null || scene.before === null || runs.length === 0) return []
  if (scene.merged?.holdsBase === true) return []
  const positions = new Set(runs.map(({ instruction }) => instruction?.position))
  const commands = description.commands.filter((each) => positions.has(each.instruction))
  const requests = description.requests.filter((each) => positions.has(each.instruction))
  const listed = await listedNames(requests, commands, {
    files: description.files,
    readBlob,
    catalog: scene.after,
    originOf: scene.previous,
  })
  const groups = explainPackages({
    place: { step: scene.place.step, layer: scene.layer, line: scene.place.line },
    delta: scene.delta,
    after: scene.after,
    commands,
    requests,
    workdir: runs.some(({ instruction }) => instruction?.workdir === '/') ? '/' : '',
    listed,
    doubt: doubtOf(scene, runs, description, commands.length),
    isOfSystem: (item) => isOfSystem(item, scene),
  })
  const installs = requests.filter(({ action }) => action === 'install')
  const asks = [...new Set(installs.map(({ name }) => name || 'what its files list'))]
  for (const group of groups) if (group.open === '') noteUnexplained(group, asks, scene)
  return groups
}

function runsOf({ work }: Scene): readonly Work[] {
  if (work.kind === 'run') return [work]
  return work.kind === 'merged' ? work.parts.filter(({ kind }) => kind === 'run') : []
}

/** Why the commands that are written down tell nothing for certain of what the layer holds; ''. */
function doubtOf(
  scene: Scene,
  runs: readonly Work[],
  description: Description,
  commands: number,
): string {
  const other = runs.find(
    ({ step }) => !['same', 'reordered', 'merged'].includes(step?.alignment ?? ''),
  )
  if (other !== undefined) return `${other.where} was not built as it is written`
  if (commands === 0) return 'its commands are not read'
  if (commands > MANY_COMMANDS) return 'it has more commands than are read'
  const isBroken = scene.after.unknowns.some(({ subject }) => RECORDS.test(subject))
  if (isBroken) return 'the records of packages are not all read'
  const unread = description.unknowns.some(({ reader, place }) => {
    const line = Number(/:(\d+)$/.exec(place)?.[1] ?? Number.NaN)
    return (
      reader === 'shell' &&
      runs.some(({ instruction: own }) => own !== null && line >= own.line && line <= own.endLine)
    )
  })
  if (unread) return 'a part of its commands is not read'
  const beside = (scene.merged?.parts ?? []).find(mayBring)
  return beside === undefined
    ? ''
    : `${beside.work.where} is in the same layer, and may bring packages`
}

/** True for another part of a merged layer that may bring the records of packages. */
function mayBring({ work, expected }: Scene): boolean {
  if (work.kind === 'run' || work.kind === 'settings') return false
  if (work.kind !== 'context') return true
  return [...expected.keys()].some(
    (path) =>
      isPackageDatabase(path) || /(?:^|\/)node_modules\/|\.(?:dist|egg)-info(?:\/|$)/.test(path),
  )
}

/** A module of npm or Python that a package of the distribution brought. */
function isOfSystem({ evidence }: InstalledPackage, { ownership, overlay }: Scene): boolean {
  const [record = ''] = evidence
  const owner = ownership.of(record, overlay.get(record))?.package
  return owner !== undefined && (owner.type === 'deb' || owner.type === 'apk')
}

function noteUnexplained(group: StepPackages, asks: readonly string[], scene: Scene): void {
  const purls = new Set(group.unexplained)
  if (purls.size === 0) return
  const where = scene.work.where
  const asked = asks.length === 0 ? 'no package' : excerpt(asks.join(', '), 80)
  for (const item of scene.after.packages) {
    if (!purls.has(item.purl) || !isPresent(item)) continue
    const fold = packageFold(scene, packageKey(item))
    scene.changes.open(fold, {
      kind: 'package-added',
      subject: item.name,
      owner: item.purl,
      path: item.location,
      found: item.version,
      evidence: `not explained by the command: ${where} asks for ${asked}, and nothing that came needs it`,
      ...scene.place,
    })
    for (const { path } of item.files) {
      const file = scene.overlay.get(path)
      if (file?.contentLayer === scene.layer && file.kind !== 'directory')
        scene.changes.fold(fold, path)
    }
  }
}
