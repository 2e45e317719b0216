// Names and paths, and what the inventory reads back from its own file, as targets of the fuzzer.
import {
  cleanPath,
  decodeName,
  encodeName,
  excerpt,
  printable,
  readPaxRecords,
  readTarHeader,
} from '../../src/core/index.ts'
import { packRows, rowsOf, unpackColumns } from '../../src/inventory/columns.ts'
import { packBytes, packJson, unpackJson } from '../../src/inventory/pack.ts'
import { header, paxRecord } from '../support/tar-blocks.ts'
import { type FuzzTarget, refusing } from './target.ts'

const RAW = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u

const names: FuzzTarget = {
  name: 'names',
  seeds: async () => [
    ...['etc/passwd', './a/../b//c/.', '/abs/\u00e9\u{1f600}', '../../x', '.wh.x', 'a\0b', ''].map(
      (text) => Buffer.from(text),
    ),
    Buffer.from([0x61, 0xff, 0x2f, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
  ],
  run: async (bytes) => {
    const name = decodeName(bytes)
    if (Buffer.compare(encodeName(name), bytes) !== 0) throw new Error('a name is lost')
    const { path } = cleanPath(name)
    if (cleanPath(path).path !== path) throw new Error('cleaning twice gives another path')
    if (path !== '' && path.split('/').some((part) => ['', '.', '..'].includes(part)))
      throw new Error(`not clean: ${JSON.stringify(path)}`)
    for (const shown of [printable(name), excerpt(name, 40)])
      if (RAW.test(shown)) throw new Error(`not printable: ${JSON.stringify(shown)}`)
    if (excerpt(name, 40).length > 40) throw new Error('an excerpt is too long')
  },
}

const tarHeader: FuzzTarget = {
  name: 'tar-header',
  seeds: async () => [
    header({ name: 'a', size: 5 }),
    header({ type: '3', magic: 'gnu', major: 1, minor: 2 }),
    header({ name: 'x', magic: 'v7', prefix: 'p' }),
  ],
  run: (bytes) =>
    refusing(() => {
      const block = Buffer.alloc(512)
      block.set(bytes.subarray(0, 512))
      readTarHeader(block, 0)
    }),
}

const paxRecords: FuzzTarget = {
  name: 'pax-records',
  seeds: async () => [
    Buffer.concat([paxRecord('path', 'a/b'), paxRecord('size', '12'), paxRecord('mtime', '1.5')]),
  ],
  run: (bytes) =>
    refusing(() => {
      const records = readPaxRecords(Buffer.from(bytes))
      const total = records.reduce((sum, { value }) => sum + value.length, 0)
      if (total > bytes.length) throw new Error('records are longer than their header')
    }),
}

const ROWS = Array.from({ length: 40 }, (_, at) => [
  `usr/lib/x${at}`,
  at % 3 === 0 ? 'a' : 'b',
  at * 7,
])
const WIDTH = 3

/** Columns as JSON: what lies inside of the packing. */
const columns: FuzzTarget = {
  name: 'columns',
  seeds: async () => [
    Buffer.from(JSON.stringify(unpackJson(packRows(ROWS, WIDTH), 'seed'))),
    Buffer.from(JSON.stringify(unpackJson(packRows([], WIDTH), 'seed'))),
  ],
  run: (bytes) =>
    refusing(() => {
      for (const row of rowsOf(unpackColumns(packBytes(bytes), WIDTH, 'row')))
        for (const cell of row)
          if (cell !== null && typeof cell !== 'string' && typeof cell !== 'number')
            throw new Error(`a cell is a ${typeof cell}`)
    }),
}

/** The packing itself. */
const packed: FuzzTarget = {
  name: 'packed',
  seeds: async () => [packRows(ROWS, WIDTH), packJson({ a: 1 }), packJson('x'.repeat(5000))],
  run: (bytes) =>
    refusing(() => {
      unpackJson(bytes, 'row')
    }),
}

/** Targets of names and stored values. */
export const storedTargets: readonly FuzzTarget[] = [names, tarHeader, paxRecords, columns, packed]
