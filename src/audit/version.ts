// The version of this program, from its package.json: dist/audit/ and src/audit/ lie at the same depth.
import { readFileSync } from 'node:fs'
import { AssayError } from '../core/index.ts'

/** Version of Assay, as in `0.1.0`. */
export const VERSION: string = readVersion()

function readVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    if (typeof manifest.version === 'string') return manifest.version
  }
  throw new AssayError('internal', 'package.json has no version')
}
