// npm packages: a gzipped tar whose members lie below one folder, mostly `package/`
// (docs.npmjs.com/cli/commands/npm-pack).
import { z } from 'zod'
import { sourceError } from '../core/index.ts'
import type { PackageArchive } from './archive.ts'
import { readMembers } from './members.ts'

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  scripts: z.record(z.string(), z.unknown()).optional().catch(undefined),
  gypfile: z.unknown().optional(),
})

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

/**
 * Reads a package.
 * @throws AssayError `source` when it is none, or damaged.
 */
export async function readNpmPackage(
  pieces: AsyncIterable<Buffer>,
  place: string,
): Promise<PackageArchive> {
  const { members, kept } = await readMembers(pieces, new Set(['package.json']), 1)
  const manifest = manifestSchema.safeParse(jsonOf(kept.get('package.json')))
  if (!manifest.success) throw sourceError('it has no package.json with a name and a version')
  const { name, version, scripts = {}, gypfile } = manifest.data
  const hasScripts =
    INSTALL_SCRIPTS.some((script) => Object.hasOwn(scripts, script)) ||
    (members.has('binding.gyp') && gypfile !== false)
  return { place, name, version, architecture: '', members, hasScripts }
}

function jsonOf(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse(bytes?.toString('utf8').replace(/^\ufeff/, '') ?? '')
  } catch {
    return null
  }
}
