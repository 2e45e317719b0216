// Build arguments that provenance names: what the history does not show of them (arguments of FROM, say) is taken
// from there. They are what the image was built with, not what is tracked: each is held against the tracked files.
import type { RecordedArgument } from '../attribution/index.ts'
import { byCodeUnit, type Description } from '../core/index.ts'

/** The recorded arguments with the claimed ones that the Dockerfile declares and the history does not show. */
export function withClaimed(
  recorded: readonly RecordedArgument[],
  claimed: Readonly<Record<string, string>>,
  description: Description,
): readonly RecordedArgument[] {
  const shown = new Set(recorded.map(({ name }) => name))
  const defaults = new Map<string, string>()
  for (const { keyword, pairs } of description.dockerfile.instructions) {
    if (keyword !== 'ARG') continue
    for (const { name, value } of pairs) {
      if (!defaults.has(name) || value !== null) defaults.set(name, value ?? '')
    }
  }
  const more = Object.entries(claimed).flatMap(([name, found]) => {
    const expected = description.arguments[name] ?? defaults.get(name)
    if (shown.has(name) || expected === undefined || expected === found) return []
    return [{ name, expected, found }]
  })
  return [...recorded, ...more].sort((a, b) => byCodeUnit(a.name, b.name))
}
