// The outer form of a layer block: a magic, a version, a checksum, counts, and sections by position, each plain or
// deflated. Equal entries give equal bytes with one version of zlib; what is read back is the same with all.
import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import { ByteColumn, damagedBlock, NumberReader } from './numbers.ts'

/** Sections in the order in which they are stored. A new order, or a new one, is a new version. */
export const SECTIONS = [
  'kinds',
  'flags',
  'folder of entry',
  'folders',
  'folder text',
  'name lengths',
  'name text',
  'attributes',
  'extended attributes',
  'attributes of entry',
  'times',
  'target lengths',
  'target text',
  'content of entry',
  'sizes',
  'digests present',
  'sha256',
  'git blobs',
  'md5',
  'sha1',
] as const

/** Name of a section. */
export type Section = (typeof SECTIONS)[number]

/** How many of each a block has. */
export interface Counts {
  readonly entries: number
  readonly folders: number
  readonly attributes: number
  readonly contents: number
}

const MAGIC = 'ASLB'
const VERSION = 1
const HEAD = 9
/** A damaged length must not take all memory. */
const SECTION_LIMIT = 512 << 20
const COUNT_LIMIT = 16_000_000
// digests look random: deflate only costs time
const PLAIN: ReadonlySet<Section> = new Set(['sha256', 'git blobs', 'md5', 'sha1'])

/** Packs the sections of a block. */
export function packSections(counts: Counts, sections: Readonly<Record<Section, Buffer>>): Buffer {
  const table = new ByteColumn()
  for (const count of [counts.entries, counts.folders, counts.attributes, counts.contents])
    table.push(count)
  const bodies: Buffer[] = []
  for (const name of SECTIONS) {
    const raw = sections[name]
    const stored = PLAIN.has(name) ? raw : deflated(raw)
    table.push(raw.length)
    table.push(stored.length)
    bodies.push(stored)
  }
  const parts = [table.bytes(), ...bodies]
  // not from the pool of small buffers: its memory is handed to another thread
  const block = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, HEAD))
  block.write(MAGIC, 'latin1')
  block[4] = VERSION
  let at = HEAD
  for (const part of parts) at += part.copy(block, at)
  block.writeUInt32LE(crc32(block.subarray(HEAD)), 5)
  return block
}

function deflated(raw: Buffer): Buffer {
  if (raw.length < 32) return raw
  const packed = deflateRawSync(raw, {
    level: 6,
    memLevel: 9,
    strategy: constants.Z_DEFAULT_STRATEGY,
  })
  return packed.length < raw.length ? packed : raw
}

/** The sections of a block, unpacked one by one when asked for. */
export class Sections {
  readonly counts: Counts
  readonly #bodies = new Map<Section, { readonly stored: Buffer; readonly length: number }>()

  /** @throws AssayError `source` when the block is damaged or of a later version. */
  constructor(bytes: Uint8Array) {
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    if (block.length < HEAD || block.toString('latin1', 0, 4) !== MAGIC) throw damagedBlock('head')
    if (block[4] !== VERSION) throw damagedBlock(`version ${block[4]}`)
    if (crc32(block.subarray(HEAD)) !== block.readUInt32LE(5)) throw damagedBlock('checksum')
    const table = new NumberReader(block.subarray(HEAD), 'table')
    this.counts = {
      entries: countIn(table),
      folders: countIn(table),
      attributes: countIn(table),
      contents: countIn(table),
    }
    const lengths = SECTIONS.map((name) => ({ name, raw: table.next(), stored: table.next() }))
    let at = HEAD + table.at
    for (const { name, raw, stored } of lengths) {
      if (raw > SECTION_LIMIT || stored > raw || at + stored > block.length)
        throw damagedBlock(name)
      this.#bodies.set(name, { stored: block.subarray(at, at + stored), length: raw })
      at += stored
    }
    if (at !== block.length) throw damagedBlock('length')
  }

  /** The bytes of a section. */
  get(name: Section): Buffer {
    const body = this.#bodies.get(name)
    if (body === undefined) throw damagedBlock(name)
    const { stored, length } = body
    if (stored.length === length) return stored
    let raw: Buffer
    try {
      raw = inflateRawSync(stored, { maxOutputLength: length })
    } catch (cause) {
      throw damagedBlock(name, cause)
    }
    if (raw.length !== length) throw damagedBlock(name)
    return raw
  }

  /** The bytes of a section that must have this length. */
  exactly(name: Section, length: number): Buffer {
    const raw = this.get(name)
    if (raw.length !== length) throw damagedBlock(name)
    return raw
  }
}

function countIn(table: NumberReader): number {
  const count = table.next()
  if (count > COUNT_LIMIT) throw damagedBlock('count')
  return count
}
