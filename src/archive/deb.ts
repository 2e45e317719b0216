// Debian packages (deb(5)): an ar archive of `debian-binary`, `control.tar.*` and `data.tar.*`.
import { open } from 'node:fs/promises'
import { sourceError } from '../core/index.ts'
import { readRange } from '../layer/index.ts'
import type { PackageArchive } from './archive.ts'
import { readMembers } from './members.ts'

const MAGIC = '!<arch>\n'
const HEADER = 60
/** A package has three members; some tools add one of their own. */
const MAX_PARTS = 20

interface Part {
  readonly name: string
  readonly offset: number
  readonly length: number
}

/**
 * Reads a package.
 * @throws AssayError `source` when it is none, or damaged.
 */
export async function readDeb(file: string): Promise<PackageArchive> {
  const handle = await open(file, 'r')
  try {
    const parts = await partsOf(handle, (await handle.stat()).size)
    const control = parts.find(({ name }) => /^control\.tar(\.\w+)?$/.test(name))
    const data = parts.find(({ name }) => /^data\.tar(\.\w+)?$/.test(name))
    if (control === undefined || data === undefined)
      throw sourceError('it has no control or no data archive', { where: file })
    const read = (part: Part, keep: readonly string[]) =>
      readMembers(
        readRange({ fd: handle.fd, offset: part.offset, length: part.length }),
        new Set(keep),
      )
    const { kept } = await read(control, ['control'])
    const fields = fieldsOf(kept.get('control')?.toString('utf8') ?? '')
    const { members } = await read(data, [])
    return {
      place: file,
      name: fields.get('package') ?? '',
      version: fields.get('version') ?? '',
      architecture: fields.get('architecture') ?? '',
      members,
      hasScripts: false,
    }
  } finally {
    await handle.close()
  }
}

async function partsOf(
  handle: Awaited<ReturnType<typeof open>>,
  size: number,
): Promise<readonly Part[]> {
  const text = async (offset: number, length: number) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
    return buffer.toString('latin1', 0, bytesRead)
  }
  if ((await text(0, MAGIC.length)) !== MAGIC) throw sourceError('it is no Debian package')
  const parts: Part[] = []
  let at = MAGIC.length
  while (at + HEADER <= size && parts.length < MAX_PARTS) {
    const header = await text(at, HEADER)
    const length = Number(header.slice(48, 58).trim())
    const offset = at + HEADER
    if (header.slice(58) !== '`\n' || !Number.isSafeInteger(length) || offset + length > size)
      throw sourceError('it ends too early, or is malformed')
    parts.push({ name: header.slice(0, 16).trim().replace(/\/$/, ''), offset, length })
    at = offset + length + (length % 2)
  }
  return parts
}

/** The one-line fields of a control file (deb-control(5)), by lower-case name. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Za-z][A-Za-z-]*):[ \t]*(.*?)\s*$/.exec(line) ?? []
    if (name !== undefined) fields.set(name.toLowerCase(), value ?? '')
  }
  return fields
}
