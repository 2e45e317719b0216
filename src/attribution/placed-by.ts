// Whether a COPY or ADD put a file at its place, where no list of tracked files tells: by the names of its sources.
import { cleanPath, isWithin, nameOf, parentOf } from '../core/index.ts'
import type { Scene } from './scene.ts'
import { isUrl } from './work.ts'

const MAX_STARS = 4

/** True when the instruction puts a file at exactly this path, or one of this name that is in no commit. */
export function isPlacedBy(path: string, scene: Scene): boolean {
  const { work, destination } = scene
  const { instruction } = work
  if (instruction?.copy == null || destination === null) return false
  if (path === destination) return true
  if (parentOf(path) !== destination) return false
  const name = nameOf(path)
  const names = [...instruction.copy.sources, ...instruction.heredocs.map((each) => each.name)]
  if (names.some((source) => nameOf(source.replace(/\/+$/, '')) === name)) return true
  return untrackedSources(scene).some((source) => patternOf(nameOf(source)).test(name))
}

/** True when a source of the instruction is in no file of the context: then all that it brought is untracked. */
export function bringsUntracked(scene: Scene): boolean {
  return untrackedSources(scene).length > 0
}

/** Sources that the build was given, since it did not fail, and that no tracked file stands for. */
function untrackedSources({ work, expected }: Scene): readonly string[] {
  if (work.kind !== 'context') return []
  const tracked = [...expected.values()].map((file) => file.path)
  return (work.instruction?.copy?.sources ?? [])
    .filter((source) => !isUrl(source) && !source.startsWith('<<'))
    .map((source) => cleanPath(source).path)
    .filter((source) => {
      const pattern = patternOf(source)
      return source !== '' && !tracked.some((path) => pattern.test(path) || isWithin(path, source))
    })
}

/** A pattern of Go's filepath.Match; with many stars it would take long, and fits nothing. */
function patternOf(source: string): RegExp {
  if (source.split('*').length - 1 > MAX_STARS) return /^(?!)/
  const text = source
    .replace(/[.+^${}()|\\[\]]/g, '\\$&')
    .replace(/\*+/g, '[^/]*')
    .replace(/\?/g, '[^/]')
    .replace(/\\\[[^\]]*\\\]/g, '[^/]')
  return new RegExp(`^${text}$`, 's')
}
