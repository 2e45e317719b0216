// The 16 bytes at the head of a .pyc file (PEP 552): magic number, flags, and either time and size
// of the source or its SipHash. All numbers are little-endian.
import { type Cataloger, type CatalogRow, unknownRow } from '../cataloger.ts'

/** Reads which source a compiled Python file says it was made of. */
export const pythonBytecode: Cataloger = {
  id: 'python-bytecode',
  version: 1,
  ecosystem: 'pypi',
  describes: 'sources of compiled Python files',
  files: [{ glob: '**/*.pyc', maxBytes: 2 ** 40, head: 16 }],
  *parse(_path, bytes): Generator<CatalogRow> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    // Every magic number ends in these two bytes, so that a file changed as text is noticed.
    if (bytes.length < 16 || view.getUint16(2, false) !== 0x0d0a) {
      yield unknownRow('not the head of a compiled Python file')
      return
    }
    const row = headOf(view)
    yield row ?? unknownRow('the head of a compiled file of an unknown interpreter')
  },
}

/** Magic numbers where the head changed: sizes since 3.3, flags since 3.7; Python 2 counts from 20121. */
const FIRST_WITH_SIZE = 3220
const FIRST_WITH_FLAGS = 3390
const FIRST_OF_PYTHON_3 = 3000
const FIRST_OF_PYTHON_2 = 20_000

function headOf(view: DataView): CatalogRow | null {
  const magic = view.getUint16(0, true)
  const timed = (sourceMtime: number, sourceSize: number): CatalogRow => ({
    kind: 'bytecode',
    hashBased: false,
    sourceMtime,
    sourceSize,
    sourceHash: '',
  })
  if (magic < FIRST_OF_PYTHON_3) return null
  if (magic >= FIRST_OF_PYTHON_2 || magic < FIRST_WITH_SIZE)
    return timed(view.getUint32(4, true), -1)
  if (magic < FIRST_WITH_FLAGS) return timed(view.getUint32(4, true), view.getUint32(8, true))
  const flags = view.getUint32(4, true)
  if (flags > 3) return null
  if ((flags & 1) === 0) return timed(view.getUint32(8, true), view.getUint32(12, true))
  const sourceHash = view.getBigUint64(8, false).toString(16).padStart(16, '0')
  return { kind: 'bytecode', hashBased: true, sourceMtime: -1, sourceSize: -1, sourceHash }
}
