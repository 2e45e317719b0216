// Wanted files that are hard links: their content stands at another name of the layer, where nobody may want it.
import type { LayerBlock } from './block.ts'
import type { LayerRequest } from './request.ts'
import { type Want, WantMatcher } from './want.ts'

/** A hard link at a path that somebody wants. */
export interface WantedLink {
  readonly path: string
  readonly target: string
  /** Its index among the entries. */
  readonly entry: number
}

/** Links, and where to say what was not read. */
export interface LinkNotes {
  readonly links: readonly WantedLink[]
  note(place: string, reason: string): void
}

/** The file entry that each link leads to, as of the link's place in the archive; absent when the layer has none. */
export function resolveLinks(
  block: LayerBlock,
  links: readonly WantedLink[],
): Map<WantedLink, number> {
  const names = namesOnTheWay(block, links)
  const files = new Map<string, number>()
  const byEntry = new Map(links.map((link) => [link.entry, link]))
  const found = new Map<WantedLink, number>()
  for (let entry = 0; entry < block.count; entry += 1) {
    const kind = block.kindAt(entry)
    if (kind !== 'file' && kind !== 'hardlink') continue
    const file = kind === 'file' ? entry : files.get(block.targetAt(entry))
    const link = byEntry.get(entry)
    if (link !== undefined && file !== undefined) found.set(link, file)
    const path = names.size === 0 ? '' : block.pathAt(entry)
    if (!names.has(path)) continue
    if (file === undefined) files.delete(path)
    else files.set(path, file)
  }
  return found
}

/** Targets of the links, and theirs where they are links as well. */
function namesOnTheWay(block: LayerBlock, links: readonly WantedLink[]): Set<string> {
  const targets = new Map<string, string[]>()
  for (let entry = 0; entry < block.count; entry += 1) {
    if (block.kindAt(entry) !== 'hardlink') continue
    const path = block.pathAt(entry)
    const known = targets.get(path)
    if (known === undefined) targets.set(path, [block.targetAt(entry)])
    else known.push(block.targetAt(entry))
  }
  const names = new Set<string>()
  const todo = links.map(({ target }) => target)
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (names.has(name)) continue
    names.add(name)
    todo.push(...(targets.get(name) ?? []))
  }
  return names
}

/** A link whose content must be had. */
export interface PlannedLink {
  readonly path: string
  /** Name at which the archive has the content. */
  readonly source: string
  readonly sha256: string
  readonly want: Want
}

/** What must be read for these links; those that lead nowhere here, or to too much, are noted. */
export function planLinks(
  request: LayerRequest,
  block: LayerBlock,
  notes: LinkNotes,
): PlannedLink[] {
  const matcher = new WantMatcher(request.wants)
  const files = resolveLinks(block, notes.links)
  const plan: PlannedLink[] = []
  for (const link of notes.links) {
    const { path, target } = link
    const file = files.get(link)
    if (file === undefined) {
      // what a lower layer has was read there, if it is wanted at its own name
      if (!matcher.isWanted(target))
        notes.note(
          path,
          `hard link to "${target}", which this layer does not have: it was not read`,
        )
      continue
    }
    const size = block.sizeAt(file)
    const want = matcher.want(path, size)
    if (want === null) continue
    if (want.exceeded !== null)
      notes.note(path, `${size} bytes, the limit for this file is ${want.exceeded}`)
    const sha256 = block.sha256At(file)
    if (want.bytes > 0 || want.exceeded === null)
      plan.push({ path, source: block.pathAt(file), sha256, want })
  }
  return plan
}
