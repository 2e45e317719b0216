// The content hashes that Docker's legacy builder writes for COPY and ADD (moby, pkg/tarsum, version 1), computed
// from tracked files: an equal one proves what the build was given, whatever the layer holds today.
import { createHash } from 'node:crypto'
import type { ContextFile, Instruction } from '../core/index.ts'
import { cleanPath, encodeName, isWithin, parentOf } from '../core/index.ts'

/** Bytes of a blob; null when they are not at hand or more than `maxBytes`. */
export type ReadBlob = (blob: string, maxBytes: number) => Promise<Uint8Array | null>

/** More is not read for a sentence of evidence. */
const MAX_BYTES = 64 << 20
const MAX_FILES = 10_000

/** Modes of a checkout: by its umask, and with or without the type bits (older builders left them out). */
const MODES = [0o022, 0o002, 0o077].flatMap((mask) =>
  [true, false].map((typed) => ({ mask, typed })),
)

interface Member {
  readonly name: string
  readonly kind: 'file' | 'directory'
  readonly executable: boolean
  readonly bytes: Uint8Array
}

/**
 * True when the hash is that of the instruction's sources in these files. False tells nothing: the checkout may
 * have had other modes, or files that are not tracked.
 */
export async function isHashOf(
  hash: { readonly kind: 'file' | 'dir' | 'multi'; readonly hex: string },
  instruction: Instruction,
  files: ReadonlyMap<string, ContextFile>,
  read: ReadBlob,
): Promise<boolean> {
  const sources = await sourcesOf(instruction, files, read)
  if (sources === null) return false
  return MODES.some((mode) => {
    const hashes = sources.map((source) => sourceHash(source, mode))
    const [first = ''] = hashes
    const found =
      hashes.length === 1 ? first : `multi:${hexOf(Buffer.from(hashes.join(','), 'latin1'))}`
    return found === `${hash.kind}:${hash.hex}`
  })
}

interface Source {
  readonly kind: 'file' | 'dir'
  readonly members: readonly Member[]
}

async function sourcesOf(
  { copy }: Instruction,
  files: ReadonlyMap<string, ContextFile>,
  read: ReadBlob,
): Promise<readonly Source[] | null> {
  const sources: Source[] = []
  let left = MAX_BYTES
  for (const source of copy?.sources ?? []) {
    if (/[*?[\\]|:\/\//.test(source)) return null
    const { path } = cleanPath(source)
    const file = files.get(path)
    const inside = file === undefined ? within(path, files) : [file]
    if (inside.length === 0 || inside.length > MAX_FILES) return null
    const members: Member[] = []
    for (const each of inside) {
      const target = each.kind === 'file' ? each : followed(each, files)
      const bytes = target === undefined ? null : await read(target.blob, left)
      if (target === undefined || bytes === null) return null
      left -= bytes.length
      members.push({ name: target.path, kind: 'file', executable: target.executable, bytes })
    }
    sources.push(
      file === undefined
        ? { kind: 'dir', members: [...folders(path, inside), ...members] }
        : { kind: 'file', members },
    )
  }
  return sources.length === 0 ? null : sources
}

function within(folder: string, files: ReadonlyMap<string, ContextFile>): ContextFile[] {
  return [...files.values()].filter(({ path }) => isWithin(path, folder))
}

/** A link counts as the file that it leads to; what leads elsewhere is left to chance. */
function followed(
  link: ContextFile,
  files: ReadonlyMap<string, ContextFile>,
): ContextFile | undefined {
  if (link.target === undefined || link.target.startsWith('/')) return undefined
  const found = files.get(cleanPath(`${parentOf(link.path)}/${link.target}`).path)
  return found?.kind === 'file' ? found : undefined
}

/** The folders of a walk; the context's own root is none of them. */
function folders(root: string, files: readonly ContextFile[]): Member[] {
  const found = new Set<string>(root === '' ? [] : [root])
  for (const { path } of files) {
    for (let at = parentOf(path); at !== root && at !== ''; at = parentOf(at)) found.add(at)
  }
  return [...found].map((path) => ({
    name: `${path}/`,
    kind: 'directory',
    executable: true,
    bytes: new Uint8Array(),
  }))
}

function sourceHash({ kind, members }: Source, mode: (typeof MODES)[number]): string {
  const hashes = members.map((member) => memberHash(member, mode)).sort()
  if (kind === 'file') return `file:${hashes.join('')}`
  return `dir:${hexOf(Buffer.from(hashes.join(','), 'latin1'))}`
}

function memberHash(
  { name, kind, executable, bytes }: Member,
  { mask, typed }: (typeof MODES)[number],
): string {
  const type = !typed ? 0 : kind === 'file' ? 0o100000 : 0o040000
  const mode = type | ((executable ? 0o777 : 0o666) & ~mask)
  const flag = kind === 'file' ? '0' : '5'
  return createHash('sha256')
    .update('name')
    .update(encodeName(name))
    .update(`mode${mode}uid0gid0size${bytes.length}typeflag${flag}`)
    .update('linknameunamegnamedevmajor0devminor0')
    .update(bytes)
    .digest('hex')
}

function hexOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
