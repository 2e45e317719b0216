// `assay explain`: compares the images of an archive and tells what is known of one path, or of all.
import type { AssayError } from '../core/index.ts'
import type { ImageExplanation, PathExplanation } from '../report/index.ts'
import { type ComparedImage, compareImage, readyImage } from './compare-image.ts'
import { explainImage } from './explain-image.ts'
import { explainPath } from './explain-path.ts'
import { keepImage } from './keep.ts'
import type { CompareOptions } from './options.ts'
import { eachImage, type Session } from './session.ts'

/** What is known of each image, and what stood in the way. */
export interface ExplainOutcome<Explanation> {
  readonly explanations: readonly Explanation[]
  readonly errors: readonly AssayError[]
}

/** Explains how each image of an archive was made. */
export function explainImages(options: CompareOptions): Promise<ExplainOutcome<ImageExplanation>> {
  return explainEach(options, async (one, { inventory }) => explainImage(one, inventory))
}

/** Explains how a path got into each image of an archive. */
export function explainPaths(
  options: CompareOptions,
  path: string,
): Promise<ExplainOutcome<PathExplanation>> {
  return explainEach(options, (one, session) => explainPath(one, session, path))
}

async function explainEach<Explanation>(
  options: CompareOptions,
  explain: (one: ComparedImage, session: Session) => Promise<Explanation>,
): Promise<ExplainOutcome<Explanation>> {
  const explanations: Explanation[] = []
  const errors: AssayError[] = []
  const failed = await eachImage(options, async (image, session) => {
    const ready = await readyImage(image, session)
    errors.push(...ready.taken.errors, ...ready.found.errors)
    const one = await compareImage(ready, session)
    keepImage(session.inventory, one.taken, one.compared.attribution)
    explanations.push(await explain(one, session))
  })
  return { explanations, errors: [...errors, ...failed] }
}
