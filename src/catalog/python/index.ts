// Installed Python distributions (packaging.python.org/specifications/recording-installed-packages).
import type { Cataloger } from '../cataloger.ts'
import { pythonBytecode } from './bytecode.ts'
import { pythonMetadata, pythonRequires } from './metadata.ts'
import { pythonDirectUrl, pythonInstalledFiles, pythonInstaller, pythonRecord } from './record.ts'

export { assembleBytecode, assemblePython } from './assemble.ts'

/** Catalogers of Python distributions. */
export const PYTHON_CATALOGERS: readonly Cataloger[] = [
  pythonMetadata,
  pythonRequires,
  pythonRecord,
  pythonInstalledFiles,
  pythonInstaller,
  pythonDirectUrl,
  pythonBytecode,
]
