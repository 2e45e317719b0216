// A folder of package archives: a mirror's pool, apt's archives, files that `npm pack` wrote. Names of files find an
// archive, what is in it decides whether it is the one.
import { type Dirent, existsSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, sourceError } from '../core/index.ts'
import { readRange } from '../layer/index.ts'
import type { ArchiveSource, FoundArchive, PackageArchive, WantedArchive } from './archive.ts'
import { readDeb } from './deb.ts'
import { readNpmPackage } from './npm.ts'

const MAX_FILES = 1_000_000
const MAX_DEPTH = 12

/**
 * Opens a folder of archives; links in it are not followed.
 * @throws AssayError `source` when it cannot be read.
 */
export async function openArchiveFolder(folder: string): Promise<ArchiveSource> {
  if (!existsSync(folder)) throw sourceError(`there is no such folder of archives: ${folder}`)
  const files = new Map<string, string[]>()
  await collect(folder, 0, files)
  return {
    async find(wanted) {
      for (const name of fileNames(wanted)) {
        for (const file of files.get(name) ?? []) {
          const found = await readArchive(file, wanted.type)
          if ('reason' in found || isWanted(found, wanted)) return found
        }
      }
      return null
    },
  }
}

async function collect(folder: string, depth: number, files: Map<string, string[]>): Promise<void> {
  if (depth > MAX_DEPTH) return
  let entries: Dirent[]
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch (cause) {
    throw sourceError(`archives cannot be listed: ${messageOf(cause)}`, { where: folder, cause })
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await collect(path, depth + 1, files)
    else if (entry.isFile() && /\.(deb|tgz)$/.test(entry.name)) {
      if (files.size >= MAX_FILES)
        throw sourceError(`the folder holds more than ${MAX_FILES} archives`, { where: folder })
      const places = files.get(entry.name)
      if (places === undefined) files.set(entry.name, [path])
      else places.push(path)
    }
  }
}

/** The names that mirrors, apt and npm give an archive. */
export function fileNames({ type, name, version, architecture }: WantedArchive): readonly string[] {
  if (type === 'npm') {
    const [scope, bare] = name.startsWith('@') ? name.slice(1).split('/', 2) : ['', name]
    const own = `${bare ?? ''}-${version}.tgz`
    return scope === '' ? [own] : [`${scope}-${own}`, own]
  }
  const plain = version.replace(/^\d+:/, '')
  const escaped = version.replaceAll(':', '%3a')
  return [...new Set([plain, escaped])].map((text) => `${name}_${text}_${architecture}.deb`)
}

async function readArchive(file: string, type: WantedArchive['type']): Promise<FoundArchive> {
  try {
    if (type === 'deb') return await readDeb(file)
    const handle = await open(file, 'r')
    try {
      const length = (await handle.stat()).size
      return await readNpmPackage(readRange({ fd: handle.fd, offset: 0, length }), file)
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    return { place: file, reason: messageOf(thrown) }
  }
}

/** True for the archive of this very package. */
export function isWanted(found: PackageArchive, wanted: WantedArchive): boolean {
  return (
    found.name === wanted.name &&
    found.version === wanted.version &&
    (wanted.type === 'npm' || found.architecture === wanted.architecture)
  )
}
