// Opens archives as tests look at them: every archive is closed, every error becomes one line.
import { mkdtempSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { AssayError, type ByteRange } from '../../src/core/index.ts'
import {
  type ImageQuery,
  type OpenImage,
  type OpenImages,
  openImages,
} from '../../src/image/index.ts'

/** A folder that is removed when the test file is done. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-image-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Opens a path; closed when the test is done. */
export async function opened(
  reference: string,
  query: Partial<ImageQuery> = {},
): Promise<OpenImages> {
  const images = await openImages({
    reference,
    stdin: null,
    platform: null,
    name: null,
    ...query,
  })
  onTestFinished(() => images.close())
  return images
}

/** Opens a path that must hold one image, without any error. */
export async function openedImage(
  reference: string,
  query: Partial<ImageQuery> = {},
): Promise<OpenImage> {
  const { images, errors } = await opened(reference, query)
  const [image, ...others] = images
  if (image === undefined || others.length > 0 || errors.length > 0)
    throw new Error(`${images.length} images, ${errors.map(String).join('; ')}`)
  return image
}

/** An error as the command line shows it, with its code: `source FILE: MESSAGE`. */
export function errorLine(error: AssayError): string {
  return `${error.code} ${error.where ?? '-'}: ${error.message}`
}

/** The error that opening ends with. */
export async function refusal(
  reference: string,
  query: Partial<ImageQuery> = {},
): Promise<AssayError> {
  try {
    await opened(reference, query)
  } catch (thrown) {
    if (thrown instanceof AssayError) return thrown
    throw thrown
  }
  throw new Error(`${reference} was opened`)
}

/** The refusal as one line, the path written `FILE`. */
export async function refusalLine(
  reference: string,
  query: Partial<ImageQuery> = {},
): Promise<string> {
  return errorLine(await refusal(reference, query)).replaceAll(reference, 'FILE')
}

/** The bytes of a range; null for none. */
export function bytesOf(range: ByteRange | null): Buffer | null {
  if (range === null) return null
  const bytes = Buffer.alloc(range.length)
  readSync(range.fd, bytes, 0, range.length, range.offset)
  return bytes
}

/** Platforms as people write them. */
export function platform(text: string): ImageQuery['platform'] {
  const [os = '', architecture = '', variant = ''] = text.split('/')
  return { os, architecture, variant }
}
