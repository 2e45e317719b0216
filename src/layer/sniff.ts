// Tells from the lowest layer which digests the package records of an image use, so that no other ones are made.
import { type ByteRange, decompress, sniffCompression } from '../core/index.ts'
import { DEFAULT_LAYER_LIMITS } from './limits.ts'
import { readRange } from './range.ts'
import type { ExtraDigest } from './request.ts'
import { type TarMember, TarReader, type TarSink } from './tar-reader.ts'

/** Uncompressed bytes that are looked at. */
const LOOK_BYTES = 64 << 20
const BOTH: readonly ExtraDigest[] = ['md5', 'sha1']
const NONE: readonly ExtraDigest[] = []

/** What a package manager leaves in its image, and the digest that its records use. */
const SIGNS: readonly (readonly [RegExp, ExtraDigest])[] = [
  [/^(etc\/dpkg|var\/lib\/dpkg|etc\/apt|usr\/bin\/dpkg|var\/lib\/apt)(\/|$)/, 'md5'],
  [/^(etc\/apk|(usr\/)?lib\/apk|(usr\/)?sbin\/apk|etc\/alpine-release)(\/|$)/, 'sha1'],
]

class SignSeeker implements TarSink {
  readonly found = new Set<ExtraDigest>()

  open({ name }: TarMember): void {
    const path = name.replace(/^(\.?\/)+/, '')
    for (const [sign, digest] of SIGNS) if (sign.test(path)) this.found.add(digest)
  }
  whole(): void {}
  part(): void {}
  close(): void {}
  note(): void {}
}

/**
 * The digests beside sha256 that package records of this image will need: looks at the first part of its lowest
 * layer. Both where that does not tell.
 * @throws AssayError `source` when the layer cannot be read that far.
 */
export async function sniffDigests(
  source: ByteRange,
  _mediaType: string,
): Promise<readonly ExtraDigest[]> {
  const signs = new SignSeeker()
  const tar = new TarReader(signs, DEFAULT_LAYER_LIMITS)
  const pieces = readRange(source)
  try {
    const first = await pieces.next()
    if (first.done === true) return BOTH
    const stored = withFirst(first.value, pieces)
    let size = 0
    for await (const chunk of decompress(stored, sniffCompression(first.value))) {
      tar.push(chunk)
      if (signs.found.size > 0) return [...signs.found]
      size += chunk.length
      if (size > LOOK_BYTES) return BOTH
    }
  } finally {
    await pieces.return()
  }
  return NONE
}

async function* withFirst(
  first: Buffer,
  rest: AsyncGenerator<Buffer, void>,
): AsyncGenerator<Buffer, void> {
  yield first
  for (;;) {
    const piece = await rest.next()
    if (piece.done === true) return
    yield piece.value
  }
}
