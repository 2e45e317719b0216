// From options to what the compositions take.
import type { CompareOptions, ImageRequest, TrustRequest } from '../audit/index.ts'
import type { Policy } from '../policy/index.ts'
import type { ImageOptions, SharedOptions, SourceOptions } from './options.ts'
import type { Progress } from './progress.ts'
import { standardInput } from './terminal.ts'

/** The request for one image. */
export function imageRequest(
  reference: string,
  options: ImageOptions,
  progress: Progress,
): ImageRequest {
  return {
    reference,
    stdin: reference === '-' ? standardInput() : null,
    platform: options.platform,
    name: options.name,
    verify: options.verify,
    threads: options.threads,
    // What is done comes first: the line is cut at the width of the terminal.
    progress: (text) =>
      progress.update(`${text} of ${reference === '-' ? 'standard input' : reference}`),
  }
}

/** The request to compare one image. */
export function compareRequest(
  image: ImageRequest,
  source: SourceOptions,
  shared: SharedOptions,
  { policy, trust }: { readonly policy: Policy | null; readonly trust: TrustRequest },
): CompareOptions {
  const { dockerfile, context, target } = source
  return {
    image,
    description: {
      source: source.source,
      dockerfile,
      context,
      target,
      arguments: source.arguments,
    },
    base: source.base,
    repositories: source.repositories,
    archives: source.archives,
    trust,
    policy,
    db: shared.db,
  }
}
