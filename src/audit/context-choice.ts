// Labels keep the path of the Dockerfile and not the context: it is the repository's root, or the Dockerfile's own
// folder, whichever holds what COPY takes.
import { type Description, nameOf, parentOf } from '../core/index.ts'

/** Loads a description with this context and the Dockerfile as seen from it. */
export type LoadWith = (context: string | null, dockerfile: string | null) => Promise<Description>

/** The description with the context that holds more of what its Dockerfile copies; of equals, the root. */
export async function loadInContext(dockerfile: string, load: LoadWith): Promise<Description> {
  const whole = await load(null, dockerfile)
  const folder = parentOf(dockerfile)
  const lacking = missingSources(whole)
  if (folder === '' || whole.context !== '' || lacking === 0) return whole
  const inside = await load(folder, nameOf(dockerfile))
  return missingSources(inside) < lacking ? inside : whole
}

/** Sources of COPY and ADD that the context does not hold. */
function missingSources({ dockerfile, files }: Description): number {
  const sources = dockerfile.instructions.flatMap(({ copy }) =>
    copy === null || copy.from !== null ? [] : copy.sources,
  )
  const plain = sources.filter((source) => !/[*?[\\]|:\/\//.test(source))
  const paths = [...files.keys()]
  return plain.filter((source) => {
    const path = source.replace(/^(?:\.?\/)+/, '').replace(/\/+(?:\.?)$/, '')
    if (path === '' || path === '.' || files.has(path)) return false
    return !paths.some((one) => one.startsWith(`${path}/`))
  }).length
}
