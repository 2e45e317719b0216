// Forges an image: edits one layer of a `docker save` archive (older layout) and corrects the digests, so that
// history and config stay plausible and only the bytes tell.
import { readFileSync, writeFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { z } from 'zod'
import { type Member, makeTar, sha256 } from './image.ts'

const block = 512

/** Where a member of an uncompressed tar lies: its header, and its content. */
export interface Place {
  readonly header: number
  readonly start: number
  readonly length: number
}

/** What a forger does to the tar of a layer; the place is that of the file that was named. */
export type LayerEdit = (tar: Buffer, place: Place) => Buffer | Promise<Buffer>

function text(field: Uint8Array): string {
  const end = field.indexOf(0)
  return Buffer.from(end === -1 ? field : field.subarray(0, end)).toString()
}

interface Walked extends Place {
  readonly name: string
  readonly kind: string
}

/** Members of a tar (ustar, PAX `path`); the last item is the end mark, with an empty kind. */
function* walk(tar: Uint8Array): Iterable<Walked> {
  let extended = ''
  let at = 0
  while (at + block <= tar.length && tar[at] !== 0) {
    const header = tar.subarray(at, at + block)
    const length = Number.parseInt(text(header.subarray(124, 136)).trim() || '0', 8)
    const kind = String.fromCharCode(header[156] ?? 0)
    const start = at + block
    if (kind === 'x') {
      const records = Buffer.from(tar.subarray(start, start + length)).toString()
      extended = /^\d+ path=(.*)$/m.exec(records)?.[1] ?? ''
    } else {
      const prefix = text(header.subarray(345, 500))
      const short = text(header.subarray(0, 100))
      const name = extended || (prefix === '' ? short : `${prefix}/${short}`)
      extended = ''
      yield { name: name.replace(/^\.\//, ''), kind, header: at, start, length }
    }
    at = start + Math.ceil(length / block) * block
  }
  yield { name: '', kind: '', header: at, start: at, length: 0 }
}

/** Where a regular file lies in an uncompressed tar; null when it holds none of this path. */
export function findInTar(tar: Uint8Array, path: string): Place | null {
  for (const { name, kind, header, start, length } of walk(tar)) {
    if (name === path && (kind === '0' || kind === '\0')) return { header, start, length }
  }
  return null
}

/** Other bytes of the same length for the file: size, mode and times stay. */
export function otherContent(edit: (bytes: Uint8Array) => Uint8Array): LayerEdit {
  return (tar, { start, length }) => {
    const before = tar.subarray(start, start + length)
    const after = edit(Uint8Array.from(before))
    if (after.length !== length) throw new Error('a forgery must keep the length')
    if (Buffer.compare(before, after) === 0) throw new Error('the forgery changes nothing')
    tar.set(after, start)
    return tar
  }
}

/** Other permission bits for the file. */
export function otherMode(mode: number): LayerEdit {
  return (tar, { header }) => {
    const bytes = tar.subarray(header, header + block)
    bytes.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1')
    bytes.fill(' ', 148, 156)
    const sum = bytes.reduce((total, byte) => total + byte, 0)
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    return tar
  }
}

/** One more member in the layer of the file, behind all others. */
export function oneMore(member: Member): LayerEdit {
  return async (tar) => {
    const end = [...walk(tar)].at(-1)?.header ?? 0
    return Buffer.concat([tar.subarray(0, end), await makeTar([member])])
  }
}

async function readMembers(archive: string): Promise<Map<string, Member>> {
  const members = new Map<string, Member>()
  const reader = extract()
  reader.end(readFileSync(archive))
  for await (const entry of reader) {
    const content = await buffer(entry)
    const isFile = entry.header.type === 'file' || entry.header.type === 'contiguous-file'
    members.set(entry.header.name, { ...entry.header, ...(isFile ? { content } : {}) })
  }
  return members
}

function bytesOf(members: ReadonlyMap<string, Member>, name: string): Buffer {
  const content = members.get(name)?.content
  if (content === undefined) throw new Error(`the archive has no ${name}`)
  return Buffer.from(content as Uint8Array)
}

/** The tar of a layer: some builders write archives with compressed layers. */
function layerTar(members: ReadonlyMap<string, Member>, name: string): Buffer {
  const bytes = bytesOf(members, name)
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
}

const manifestSchema = z
  .array(z.looseObject({ Config: z.string(), Layers: z.array(z.string()) }))
  .length(1)
const configSchema = z.looseObject({
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
})

/** What to forge. The layer is the last that holds `path` (from the root of the image). */
export interface Forgery {
  readonly archive: string
  readonly output: string
  readonly path: string
  readonly edit: LayerEdit
}

/** Writes the forged archive and gives the position of the layer that was changed. */
export async function forgeLayer(forgery: Forgery): Promise<number> {
  const members = await readMembers(forgery.archive)
  const manifests = manifestSchema.parse(JSON.parse(String(bytesOf(members, 'manifest.json'))))
  const [manifest = { Config: '', Layers: [] }] = manifests
  const config = configSchema.parse(JSON.parse(String(bytesOf(members, manifest.Config))))
  for (let position = manifest.Layers.length - 1; position >= 0; position--) {
    const name = manifest.Layers[position] ?? ''
    const tar = layerTar(members, name)
    const place = findInTar(tar, forgery.path)
    if (place === null) continue
    const content = await forgery.edit(tar, place)
    config.rootfs.diff_ids[position] = `sha256:${sha256(content)}`
    const forged = JSON.stringify(config)
    const forgedName = `${sha256(forged)}.json`
    const { size: _, ...header } = members.get(name) ?? { name }
    members.set(name, { ...header, name, content })
    members.delete(manifest.Config)
    members.set(forgedName, { name: forgedName, content: forged })
    const listed = JSON.stringify([{ ...manifest, Config: forgedName }])
    members.set('manifest.json', { name: 'manifest.json', content: listed })
    writeFileSync(forgery.output, await makeTar([...members.values()]))
    return position
  }
  throw new Error(`no layer holds ${forgery.path}`)
}

/** The bytes of a file as the last layer of the archive that holds it has them. */
export async function contentIn(archive: string, path: string): Promise<Buffer> {
  const members = await readMembers(archive)
  const manifests = manifestSchema.parse(JSON.parse(String(bytesOf(members, 'manifest.json'))))
  for (const name of manifests[0]?.Layers.toReversed() ?? []) {
    const tar = layerTar(members, name)
    const place = findInTar(tar, path)
    if (place !== null) return Buffer.from(tar.subarray(place.start, place.start + place.length))
  }
  throw new Error(`no layer holds ${path}`)
}
