// Steps that are not as the description says, as changes.
import type { Step } from '../core/index.ts'
import type { ChangeSeed } from './change-list.ts'

/** One change for each untracked, missing or changed step. */
export function stepChanges(steps: readonly Step[]): readonly ChangeSeed[] {
  return steps
    .filter(({ alignment }) => ['untracked', 'missing', 'changed'].includes(alignment))
    .map((step) => {
      const isMissing = step.history === null
      const message = messageOf(step)
      return {
        kind: 'step',
        subject: isMissing ? step.text : step.createdBy || step.comment || '(no command)',
        layer: step.layer,
        step: step.position,
        line: step.line,
        owner: step.author,
        expected: isMissing || step.alignment === 'changed' ? step.text : '',
        found: step.createdBy,
        evidence: message === '' ? step.reason : `${step.reason}; message: ${message}`,
      }
    })
}

/** What a person said of the step: builders use the comment for words of their own. */
function messageOf({ maker, comment }: Step): string {
  return maker === 'buildkit' ? '' : comment.replace(/(?:^| )FROM \S+$/, '')
}
