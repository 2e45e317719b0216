// How one path got into an image: its origin, step, line and commit, its package and who asked for that.
import { cleanPath, type FileOrigin, type InstalledPackage, type Step } from '../core/index.ts'
import { Overlay, type ViewFile } from '../inventory/index.ts'
import type { PathExplanation, PathStep, PathVersion } from '../report/index.ts'
import { blockOf } from './block.ts'
import type { ComparedImage } from './compare-image.ts'
import { requestChain } from './request-chain.ts'
import type { Session } from './session.ts'

/** Everything known of one path of a compared image. */
export async function explainPath(
  one: ComparedImage,
  session: Session,
  asked: string,
): Promise<PathExplanation> {
  const { attribution } = one.compared
  const { overlay, files } = attribution
  const path = cleanPath(asked).path
  // What is asked for is the link itself where the path names one; folders on the way are followed.
  const real = overlay.get(path) === undefined ? (overlay.realPath(path) ?? path) : path
  const file = overlay.get(real)
  const origin = files.find((each) => each.path === real)
  const versions = versionsOf(one, session, real)
  const step = stepOf(one, origin?.layer ?? file?.contentLayer ?? null, origin?.step ?? null)
  const last = versions.at(-1)
  const removedBy = last?.change === 'deleted' ? last.layer : null
  return {
    image: one.reference,
    path,
    realPath: real,
    state: file === undefined ? { kind: 'absent', removedBy } : presentState(one, file, origin),
    step,
    instruction: file === undefined ? null : instructionOf(one, step),
    tracked: await trackedOf(one, origin),
    package: file === undefined ? null : packageOf(one, file),
    versions,
  }
}

function presentState(
  one: ComparedImage,
  file: ViewFile,
  origin: FileOrigin | undefined,
): PathExplanation['state'] {
  const layer = origin?.layer ?? file.contentLayer
  const { kind, mode, uid, gid, size, target, sha256, gitBlob } = file
  const base = one.compared.base
  const fromBase = base !== null && layer < base.layers
  return {
    kind: 'present',
    entry: { kind, mode, uid, gid, size, target, sha256, gitBlob },
    layer,
    diffId: one.facts.layers[layer]?.diffId ?? '',
    // Folders have no origin of their own: they are told by the layer that made them.
    origin: origin?.origin ?? (fromBase ? 'base' : 'run'),
    strength: origin?.strength ?? (fromBase ? base.strength : 'claimed'),
    owner: origin?.owner ?? '',
    evidence: origin?.evidence ?? `a ${kind} of this layer`,
  }
}

/** The step that the file is attributed to; else the one whose entry made the layer, of several that share it. */
function stepOf(
  one: ComparedImage,
  layer: number | null,
  position: number | null,
): PathStep | null {
  const { steps } = one.compared
  const own = position === null ? undefined : steps[position]
  const step = own ?? steps.findLast((each) => layer !== null && each.layer === layer)
  return step === undefined ? null : shortStep(step)
}

function shortStep({ position, createdBy, alignment, line, text, maker }: Step): PathStep {
  return { position, createdBy, alignment, line, text, maker }
}

function instructionOf(one: ComparedImage, step: PathStep | null): PathExplanation['instruction'] {
  const { description } = one.compared
  if (description === null || step === null || step.line === null) return null
  return { dockerfile: description.dockerfilePath, line: step.line, text: step.text }
}

async function trackedOf(
  one: ComparedImage,
  origin: FileOrigin | undefined,
): Promise<PathExplanation['tracked']> {
  const { description } = one.compared
  const { repository } = one.found
  if (description === null || repository === null || origin === undefined) return null
  if (!origin.origin.startsWith('context') || origin.owner === '') return null
  const path = description.context === '' ? origin.owner : `${description.context}/${origin.owner}`
  const changed = await repository.lastCommit(description.revision.commit, path)
  if (changed === null) return null
  return { repository: description.repository, path, ...changed }
}

function packageOf(one: ComparedImage, file: ViewFile): PathExplanation['package'] {
  const { ownership, catalog } = one.compared.attribution
  const claim = ownership.of(file.path, file)
  if (claim === undefined) return null
  const { description } = one.compared
  const owner = claim.package
  const { chain, request } = requestChain(owner, catalog.packages, description?.requests ?? [])
  const command = description?.commands.find(
    ({ instruction, position }) =>
      instruction === request?.instruction && position === request.command,
  )
  return {
    purl: owner.purl,
    name: owner.name,
    version: owner.version,
    fileState: claim.state,
    requested: owner.requested,
    request:
      request === null || description === null
        ? null
        : {
            dockerfile: description.dockerfilePath,
            line: request.line,
            text: command?.text ?? `${request.manager} ${request.action} ${request.name}`,
          },
    chain: chain.map((item: InstalledPackage) => item.purl),
  }
}

/** What each layer did to the path, lowest first. */
function versionsOf(one: ComparedImage, session: Session, path: string): PathVersion[] {
  const overlay = new Overlay()
  const versions: PathVersion[] = []
  for (const layer of one.facts.layers.keys()) {
    const block = blockOf(session.inventory, one.facts, layer)
    if (block === null) continue
    for (const entry of overlay.apply(block, layer)) {
      // Written again as it was: no version of its own.
      if (entry.path !== path || entry.change === 'touched') continue
      versions.push({
        layer,
        kind: entry.after?.kind ?? entry.before?.kind ?? 'file',
        size: entry.after?.size ?? 0,
        sha256: entry.after?.sha256 ?? '',
        change: entry.change,
        step: stepOf(one, layer, null),
      })
    }
  }
  return versions
}
