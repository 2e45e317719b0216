// BuildKit's Dockerfile frontend (moby/buildkit, frontend/dockerfile/dockerfile2llb): instruction text
// with `# buildkit` behind what makes a layer, comment `buildkit.dockerfile.v0`.
import { type Dialect, KEYWORDS, opaqueStep, splitArguments, stripShell } from './dialect.ts'

const MARK = ' # buildkit'

/** Histories written by BuildKit. */
export const buildkit: Dialect = {
  id: 'buildkit',
  read(entry, { shells }) {
    const marked = entry.createdBy.endsWith(MARK)
    if (entry.comment === 'buildkit.exporter.image.v0')
      return opaqueStep('buildkit', entry.createdBy)
    if (!marked && entry.comment !== 'buildkit.dockerfile.v0') return null
    const line = marked ? entry.createdBy.slice(0, -MARK.length) : entry.createdBy
    const keyword = /^[A-Z]+/.exec(line)?.[0] ?? ''
    if (!KEYWORDS.has(keyword)) return opaqueStep('buildkit', entry.createdBy)
    const text = line.slice(keyword.length).trim()
    const step = { maker: 'buildkit', keyword, hash: null, destination: '' }
    if (keyword === 'RUN') {
      const { values, rest } = splitArguments(text, shells)
      return { ...step, text: stripShell(rest, shells), arguments: values }
    }
    return { ...step, text, arguments: keyword === 'ARG' ? argumentOf(text) : {} }
  },
  records: (instruction) =>
    !['FROM', 'ONBUILD'].includes(instruction.keyword) && instruction.stage >= 0,
}

function argumentOf(text: string): Record<string, string> {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text)
  return match?.[1] === undefined ? {} : { [match[1]]: match[2] ?? '' }
}
