// What a lock keeps of the description: enough to tell later whether it changed together with the image.
import { createHash } from 'node:crypto'
import type { LockItem } from '../core/index.ts'
import { byCodeUnit, type ContextFile, type Description, type Instruction } from '../core/index.ts'
import { mapCopy, reachableStages } from '../description/index.ts'

/** The digest of these texts together; their order does not matter. */
export function digestOfAll(texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of [...texts].sort(byCodeUnit)) hash.update(`${text}\n`)
  return `sha256:${hash.digest('hex')}`
}

/** The instructions that the build of the target goes through, in the order of the file. */
export function builtInstructions({ dockerfile }: Description): readonly Instruction[] {
  const { stages, instructions, target } = dockerfile
  const reached = reachableStages(stages, instructions, target)
  return instructions.filter(({ stage }) => stage < 0 || reached.has(stage))
}

/** Digest of an instruction as it is written; spaces and continued lines do not count. */
export function instructionDigest({ raw }: Instruction): string {
  return digestOfAll([
    raw
      .replace(/\\\r?\n/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  ])
}

/** A source that an instruction takes from the build context, with the tracked files that it stands for. */
export interface CopySource {
  readonly source: string
  readonly files: number
  readonly digest: string
}

/** The sources that an instruction takes from the build context; none for what is fetched or comes from a stage. */
export function copySources(
  instruction: Instruction,
  files: ReadonlyMap<string, ContextFile>,
): readonly CopySource[] {
  const { copy } = instruction
  const wanted = copy === null || copy.from !== null ? [] : copy.sources
  const sources = wanted.map((source) => {
    const one = copy === null ? copy : { ...copy, sources: [source] }
    const found = mapCopy({ ...instruction, copy: one }, files, true)
    return sourceOf(source, [...found.values()])
  })
  const mounts = instruction.mounts
    .filter(({ type, from }) => type === 'bind' && from === null)
    .map(({ source }) => sourceOf(source, below(source, files)))
  return [...sources, ...mounts].filter((each) => each.files > 0)
}

function sourceOf(source: string, files: readonly ContextFile[]): CopySource {
  const rows = files.map(({ path, blob, kind, executable }) =>
    [path, kind, executable ? 'x' : '-', blob].join('\0'),
  )
  return { source, files: files.length, digest: digestOfAll(rows) }
}

function below(source: string, files: ReadonlyMap<string, ContextFile>): ContextFile[] {
  const folder = source.replace(/^(\.?\/)+|\/+$|^\.$/g, '')
  return [...files.values()].filter(
    ({ path }) => folder === '' || path === folder || path.startsWith(`${folder}/`),
  )
}

/** Longest beginning of an instruction that a lock shows. */
const SHOWN = 60

/** The items of a description. */
export function describedItems(description: Description): LockItem[] {
  const { dockerfilePath, dockerfileBlob } = description
  const instructions = builtInstructions(description)
  const positions = new Set(instructions.map(({ position }) => position))
  return [
    { kind: 'dockerfile', names: [dockerfilePath], values: [dockerfileBlob || 'untracked'] },
    ...Object.keys(description.arguments).map(
      (name): LockItem => ({ kind: 'argument', names: [name], values: [] }),
    ),
    ...instructions.map(
      (each): LockItem => ({
        kind: 'instruction',
        names: [each.keyword, instructionDigest(each)],
        values: [shownBeginning(each)],
      }),
    ),
    ...description.requests
      .filter(({ instruction }) => positions.has(instruction))
      .map(
        ({ manager, action, name, constraint }): LockItem => ({
          kind: 'request',
          names: [manager, action, name === '' ? '-' : name],
          values: [constraint === '' ? '-' : constraint],
        }),
      ),
    ...instructions
      .flatMap((each) => copySources(each, description.files))
      .map(
        ({ source, files, digest }): LockItem => ({
          kind: 'copy',
          names: [source === '' ? '.' : source],
          values: [String(files), digest],
        }),
      ),
  ]
}

/** ARG and ENV may hold what no other file should repeat: of these the name alone is shown. */
function shownBeginning({ keyword, text, pairs }: Instruction): string {
  if (keyword === 'ARG' || keyword === 'ENV') return pairs.map(({ name }) => name).join(' ')
  const plain = text.replace(/\s+/g, ' ').trim()
  return plain.length <= SHOWN ? plain : `${plain.slice(0, SHOWN - 1).trimEnd()}…`
}
