// The Dockerfile's own bytes inside provenance of mode=max (`source.infos`, moby/buildkit slsa-definitions.md).
import { bytesOf, fieldAt, listAt, textAt } from './json.ts'

/** Largest Dockerfile that is taken, in bytes. */
const MAX_DOCKERFILE = 1 << 20

/** The text of the Dockerfile in BuildKit's metadata: the one of this name, else the only one; null. */
export function dockerfileIn(metadata: unknown, path: string): string | null {
  const files = listAt(metadata, 'source', 'infos').filter(
    (one) => textAt(one, 'language') === 'Dockerfile' || textAt(one, 'language') === '',
  )
  const name = path.slice(path.lastIndexOf('/') + 1)
  const named = files.filter((one) => {
    const file = textAt(one, 'filename')
    return name !== '' && file.slice(file.lastIndexOf('/') + 1) === name
  })
  const [file, another] = named.length > 0 ? named : files
  if (file === undefined || another !== undefined) return null
  const bytes = bytesOf(fieldAt(file, 'data'), MAX_DOCKERFILE)
  if (bytes === null || bytes.length === 0) return null
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
