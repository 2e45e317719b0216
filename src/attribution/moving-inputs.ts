// Inputs of a build that may be others tomorrow, beside its base and its packages: images of stages and mounts
// without a digest, downloads without a checksum, clones without a commit.
import type { Description, Instruction, PackageRequest } from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'
import { baseReference } from './base.ts'

/** What the stages that reach the target take in, as the description names it, sorted, each once. */
export function movingInputs(
  description: Description,
  reached: ReadonlySet<number>,
): readonly string[] {
  const { stages, instructions } = description.dockerfile
  const root = baseReference(description)
  const found = new Set<string>()
  for (const index of reached) {
    const stage = stages[index]
    if (stage?.base.kind === 'image' && stage.base.reference !== root) note(stage.base.reference)
    for (const each of [...(stage?.triggers ?? []), ...instructions]) {
      if (each.stage === index) for (const input of inputsOf(each)) note(input)
    }
  }
  for (const request of description.requests) {
    const stage = instructions[request.instruction]?.stage ?? -1
    if (isDownload(request) && !request.pinned && reached.has(stage)) note(request.name)
  }
  return [...found].sort(byCodeUnit)

  function note(input: string): void {
    if (!input.includes('@sha256:')) found.add(input)
  }
}

/** True for what curl, wget and git fetch: an address, no package. */
export function isDownload({ manager }: PackageRequest): boolean {
  return manager === 'curl' || manager === 'wget' || manager === 'git'
}

function inputsOf(instruction: Instruction): readonly string[] {
  const { copy, mounts } = instruction
  const images = [copy?.from, ...mounts.map((mount) => mount.from)].flatMap((from) =>
    from?.kind === 'image' ? [from.reference] : [],
  )
  const isPinned = copy === null || copy.checksum !== ''
  const downloads = isPinned ? [] : copy.sources.filter((source) => /^(https?|ftp):/i.test(source))
  const clones = (copy?.sources ?? []).filter(
    (source) => /^(git|ssh):|^git@|\.git(#|$)/i.test(source) && !/[#?:][0-9a-f]{40}/.test(source),
  )
  return [...images, ...new Set([...downloads, ...(isPinned ? [] : clones)])]
}
