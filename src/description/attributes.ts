// What `.gitattributes` say that decides which files a build context has (gitattributes(5)): `filter=lfs`, and
// `export-ignore`, which keeps files out of archives that git makes.
import { joinPath, nameOf, parentOf } from '../core/index.ts'
import type { Repository } from './git/index.ts'
import { PatternMatcher } from './pattern.ts'
import type { Tree } from './tree.ts'

/** The attributes of a commit. */
export interface TreeAttributes {
  /** Some files go through git LFS: their blobs are pointers. */
  readonly usesLfs: boolean
  /** True for a path, from the repository's root, that `git archive` leaves out. */
  isExportIgnored(path: string): boolean
}

const MAX_BYTES = 1 << 20
/** More files than this are not looked at: then any file may be a pointer. */
const MAX_FILES = 1000

/** Reads them. */
export async function readAttributes(repository: Repository, tree: Tree): Promise<TreeAttributes> {
  const places = [...tree.entries].filter(([path]) => nameOf(path) === '.gitattributes')
  // the file next to a path has the last word
  const near = places.sort(([a], [b]) => a.split('/').length - b.split('/').length)
  const patterns: string[] = []
  let usesLfs = places.length > MAX_FILES
  for (const [path, { blob }] of near.slice(0, MAX_FILES)) {
    const bytes = await repository.blob(blob, MAX_BYTES)
    if (bytes === null) continue
    const text = new TextDecoder().decode(bytes)
    usesLfs ||= /filter=lfs/.test(text)
    patterns.push(...exportPatterns(text, parentOf(path)))
  }
  if (patterns.length === 0) return { usesLfs, isExportIgnored: () => false }
  const matcher = new PatternMatcher(patterns, `${repository.name}: .gitattributes`)
  return { usesLfs, isExportIgnored: (path) => matcher.matches(path) }
}

/** The lines that set or unset `export-ignore`, as patterns of an ignore file at the root. */
export function exportPatterns(text: string, folder: string): string[] {
  const patterns: string[] = []
  for (const line of text.split('\n')) {
    const [pattern = '', ...attributes] = line.trim().split(/[ \t]+/)
    if (pattern === '' || /^[#"[]/.test(pattern) || pattern.startsWith('!')) continue
    const last = attributes.findLast((each) => /^[-!]?export-ignore$/.test(each))
    if (last === undefined) continue
    const inside = pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`
    patterns.push(`${last === 'export-ignore' ? '' : '!'}${joinPath(folder, inside)}`)
  }
  return patterns
}
