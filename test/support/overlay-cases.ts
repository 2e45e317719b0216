// The overlay conformance corpus: fixtures/overlay/*.yaml, each a tiny image and what its merged tree is.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Member } from './image.ts'

const octal = z.string().regex(/^[0-7]{3,4}$/)
const member = z.strictObject({
  file: z.string().optional(),
  dir: z.string().optional(),
  symlink: z.string().optional(),
  hardlink: z.string().optional(),
  device: z.string().optional(),
  fifo: z.string().optional(),
  content: z.string().optional(),
  to: z.string().optional(),
  number: z.string().optional(),
  mode: octal.optional(),
  uid: z.number().optional(),
  gid: z.number().optional(),
  mtime: z.number().optional(),
  xattrs: z.record(z.string(), z.string()).optional(),
})
const node = z.strictObject({
  file: z.string().optional(),
  directory: octal.optional(),
  symlink: z.string().optional(),
  device: z.string().optional(),
  fifo: z.string().optional(),
  mode: octal.optional(),
  uid: z.number().optional(),
  gid: z.number().optional(),
  layer: z.number(),
  metadata: z.number().optional(),
})
const overlayCase = z.strictObject({
  truth: z.string(),
  layers: z.array(z.array(member)),
  tree: z.record(z.string(), node),
  changes: z.array(z.array(z.string())).optional(),
  notes: z.array(z.string()).optional(),
  engine: z.record(z.string(), z.string()).optional(),
})

/** A member of a case's layer, as written in the file. */
export type CaseMember = z.infer<typeof member>

/** One case, with the name of its file. */
export interface OverlayCase extends z.infer<typeof overlayCase> {
  readonly name: string
  readonly file: string
}

const FOLDER = join(import.meta.dirname, '../../fixtures/overlay')

/** All cases, by name. */
export function overlayCases(): OverlayCase[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))
  return files.sort().map((name) => {
    const file = join(FOLDER, name)
    const parsed = overlayCase.parse(parse(readFileSync(file, 'utf8')))
    return { name: name.replace('.yaml', ''), file, ...parsed }
  })
}

/** A plain description of one path: what tests and engines compare. */
export interface Described {
  readonly kind: string
  /** Content of a file, target of a link, number of a device. */
  readonly value: string
  readonly mode: string
  readonly owner: string
}

/** What a case says of one path. */
export function described(expected: OverlayCase['tree'][string]): Described {
  const { file, directory, symlink, device, fifo } = expected
  const owner = `${expected.uid ?? 0}:${expected.gid ?? 0}`
  const shape = (kind: string, value: string, mode: string): Described => ({
    kind,
    value,
    mode: expected.mode ?? mode,
    owner,
  })
  if (file !== undefined) return shape('file', file, '644')
  if (directory !== undefined) return shape('directory', '', directory)
  if (symlink !== undefined) return shape('symlink', symlink, '777')
  if (device !== undefined) return shape('character-device', device, '644')
  if (fifo !== undefined) return shape('fifo', '', '644')
  throw new Error('a node of an overlay case needs a kind')
}

/** The archive members of a layer. */
export function membersOf(layer: readonly CaseMember[]): Member[] {
  return layer.map((item) => {
    const name = item.file ?? item.dir ?? item.symlink ?? item.hardlink ?? item.device ?? item.fifo
    if (name === undefined) throw new Error('a member of an overlay case needs a name')
    return { name, ...kindOf(item), ...metadataOf(item) }
  })
}

function kindOf(item: CaseMember): Omit<Member, 'name'> {
  if (item.file !== undefined) return { type: 'file', content: item.content ?? '' }
  if (item.dir !== undefined) return { type: 'directory' }
  if (item.symlink !== undefined) return { type: 'symlink', linkname: item.to ?? '' }
  if (item.hardlink !== undefined) return { type: 'link', linkname: item.to ?? '' }
  if (item.fifo !== undefined) return { type: 'fifo' }
  const [devmajor = 0, devminor = 0] = (item.number ?? '').split(':').map(Number)
  return { type: 'character-device', devmajor, devminor }
}

function metadataOf(item: CaseMember): Omit<Member, 'name'> {
  const usual = item.dir !== undefined ? '755' : item.symlink !== undefined ? '777' : '644'
  const pax = Object.entries(item.xattrs ?? {}).map(([key, value]) => [
    `SCHILY.xattr.${key}`,
    value,
  ])
  return {
    mode: Number.parseInt(item.mode ?? usual, 8),
    uid: item.uid ?? 0,
    gid: item.gid ?? 0,
    ...(item.mtime === undefined ? {} : { mtime: new Date(item.mtime * 1000) }),
    ...(pax.length === 0 ? {} : { pax: Object.fromEntries(pax) }),
  }
}
