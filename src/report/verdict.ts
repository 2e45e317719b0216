// What each verdict means and what to do about it, in one sentence each.
import type { AuditResult, Verdict } from '../core/index.ts'

/** The verdict's sentence, as in the headline. */
export const VERDICT_MEANING: Readonly<Record<Verdict, string>> = {
  rebuildable: 'the description explains it, and its inputs are pinned',
  floating: 'a rebuild today gives other content',
  drifted: 'the description does not explain all of it',
  orphaned: 'nobody could rebuild it',
  unknown: 'not enough is known to judge it',
}

/** What a person should do now. */
export function adviceOf(result: AuditResult): string {
  switch (result.verdict) {
    case 'rebuildable':
      return 'nothing: keep the description in source control and build from it'
    case 'floating':
      return 'pin what moves: the base by digest, packages and tags by version, arguments in a tracked file'
    case 'drifted':
      return 'rebuild the image from its description, or track the changes below and then rebuild'
    case 'orphaned':
      return 'write a description and keep it in git; “assay explain IMAGE” shows all that is known of how it was made'
    case 'unknown':
      if (result.unknown.some((row) => row.weight === 'fatal'))
        return 'get a whole copy of the image: what could not be read is listed under Unknown'
      return result.reasons.some(({ row }) => row === 'other-maker')
        ? 'have its maker build it again from that description, and compare: “assay diff IMAGE REBUILT”'
        : 'pass --source REPO[#REVISION], the git repository that the image is built from'
  }
}
