// Forges an image: changes one file inside a layer of a `docker save` archive (older layout) and corrects the
// digests, so that history and config stay plausible and only the bytes tell.
import { readFileSync, writeFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { type Member, makeTar, sha256 } from './image.ts'

const block = 512

function text(field: Uint8Array): string {
  const end = field.indexOf(0)
  return Buffer.from(end === -1 ? field : field.subarray(0, end)).toString()
}

/** Where the content of a regular file lies in an uncompressed tar (ustar, PAX `path`). */
export function findInTar(tar: Uint8Array, path: string): { start: number; length: number } | null {
  let extended = ''
  for (let at = 0; at + block <= tar.length; ) {
    const header = tar.subarray(at, at + block)
    if (header[0] === 0) return null
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
      const regular = kind === '0' || kind === '\0'
      if (regular && name.replace(/^\.\//, '') === path) return { start, length }
    }
    at = start + Math.ceil(length / block) * block
  }
  return null
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

function bytesOf(members: Map<string, Member>, name: string): Buffer {
  const content = members.get(name)?.content
  if (content === undefined) throw new Error(`the archive has no ${name}`)
  return Buffer.from(content as Uint8Array)
}

/** What to forge: the file's layer is the last that holds it; `edit` must keep the length. */
export interface Forgery {
  readonly archive: string
  readonly output: string
  /** Path from the root of the image. */
  readonly path: string
  edit(bytes: Uint8Array): Uint8Array
}

/** Writes the forged archive and gives the position of the layer that was changed. */
export async function forgeLayer(forgery: Forgery): Promise<number> {
  const members = await readMembers(forgery.archive)
  const manifest = JSON.parse(bytesOf(members, 'manifest.json').toString())
  const configName: string = manifest[0].Config
  const layers: string[] = manifest[0].Layers
  const config = JSON.parse(bytesOf(members, configName).toString())
  for (let position = layers.length - 1; position >= 0; position--) {
    const name = layers[position] ?? ''
    const tar = bytesOf(members, name)
    const place = findInTar(tar, forgery.path)
    if (place === null) continue
    const before = tar.subarray(place.start, place.start + place.length)
    const after = forgery.edit(Uint8Array.from(before))
    if (after.length !== place.length) throw new Error('a forgery must keep the length')
    if (Buffer.compare(before, after) === 0) throw new Error('the forgery changes nothing')
    tar.set(after, place.start)
    config.rootfs.diff_ids[position] = `sha256:${sha256(tar)}`
    const forged = JSON.stringify(config)
    const forgedName = `${sha256(forged)}.json`
    manifest[0].Config = forgedName
    members.set(name, { ...members.get(name), name, content: tar })
    members.delete(configName)
    members.set(forgedName, { name: forgedName, content: forged })
    members.set('manifest.json', { name: 'manifest.json', content: JSON.stringify(manifest) })
    writeFileSync(forgery.output, await makeTar([...members.values()]))
    return position
  }
  throw new Error(`no layer holds ${forgery.path}`)
}
