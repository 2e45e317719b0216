// A segment of a repository's history as the inventory stores it: one packed column for each list.
import { decodeName, encodeName, type HistorySegment, ID_BYTES } from '../core/index.ts'
import { damaged, packBytes, unpackBytes } from './pack.ts'
import { blobAt, type Row } from './row.ts'

/** Ids are hashes, which nothing compresses: they are stored as they are. */
export function columnsOf(segment: HistorySegment) {
  return {
    commits: segment.commits,
    times: packNumbers(segment.times),
    parents: packNumbers(segment.parents),
    merges: packNumbers(segment.merges),
    change_counts: packNumbers(segment.changeCounts),
    change_paths: packNumbers(segment.changePaths),
    change_old: packNumbers(segment.changeOld),
    change_new: packNumbers(segment.changeNew),
    blobs: segment.blobs,
    paths: packBytes(Buffer.concat(segment.paths.flatMap((path) => [encodeName(path), END]))),
  }
}

const END = Uint8Array.of(0)

/** The segment of a row. */
export function segmentOf(row: Row): HistorySegment {
  const ints = (name: string) =>
    new Int32Array(unpackAligned(row, name, Int32Array.BYTES_PER_ELEMENT))
  const paths = unpackBytes(blobAt(row, 'paths'), 'tracked paths')
  const segment = {
    commits: blobAt(row, 'commits'),
    times: new Float64Array(unpackAligned(row, 'times', Float64Array.BYTES_PER_ELEMENT)),
    parents: ints('parents'),
    merges: ints('merges'),
    changeCounts: ints('change_counts'),
    changePaths: ints('change_paths'),
    changeOld: ints('change_old'),
    changeNew: ints('change_new'),
    blobs: blobAt(row, 'blobs'),
    paths: splitPaths(paths),
  }
  const commits = segment.commits.length / ID_BYTES
  const changes = segment.changePaths.length
  const fits =
    segment.times.length === commits &&
    segment.parents.length === commits &&
    segment.changeCounts.length === commits &&
    segment.changeOld.length === changes &&
    segment.changeNew.length === changes
  if (!fits) throw damaged('tracked history')
  return segment
}

function splitPaths(bytes: Buffer): string[] {
  const paths: string[] = []
  for (let at = 0, end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, at)) {
    paths.push(decodeName(bytes.subarray(at, end)))
    at = end + 1
  }
  return paths
}

/** Little-endian, as on every machine that Node.js runs on. */
function packNumbers(numbers: Int32Array | Float64Array): Buffer {
  return packBytes(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
}

/** Bytes in a buffer of their own, so that numbers may be laid over them. */
function unpackAligned(row: Row, name: string, size: number): ArrayBuffer {
  const where = `tracked history, ${name}`
  const bytes = unpackBytes(blobAt(row, name), where)
  if (bytes.length % size !== 0) throw damaged(where)
  const aligned = new ArrayBuffer(bytes.length)
  new Uint8Array(aligned).set(bytes)
  return aligned
}
