import { describe, expect, it } from 'vitest'
import { hideArguments } from '../../src/report/secret.ts'

describe('hideArguments', () => {
  it.each([
    ['|1 TOKEN=hunter2 /bin/sh -c make', '|1 TOKEN=… /bin/sh -c make'],
    [
      'RUN |2 A=x B=y z /bin/bash -o pipefail -c make # buildkit',
      'RUN |2 A=… B=… /bin/bash -o pipefail -c make # buildkit',
    ],
    ['|1 TOKEN=hunter2 with spaces /and/slash /bin/sh -c make', '|1 TOKEN=… /bin/sh -c make'],
    ['/bin/sh -c #(nop)  ARG TOKEN=hunter2', '/bin/sh -c #(nop)  ARG TOKEN=…'],
    ['ARG TOKEN=hunter2 OTHER=hunter2', 'ARG TOKEN=…'],
    ['ARG TOKEN', 'ARG TOKEN'],
    ['/bin/sh -c make TOKEN=x', '/bin/sh -c make TOKEN=x'],
    ['|1 TOKEN=hunter2 unknown shell hunter2', '|1 TOKEN=…'],
  ])('hides values in %s', (text, hidden) => expect(hideArguments(text).trimEnd()).toBe(hidden))

  it('takes no longer than its text is long', () => {
    for (const text of ['/sh'.repeat(400_000), ' /sh -'.repeat(200_000), '/'.repeat(1_000_000)])
      expect(hideArguments(`|1 A=${text}`)).not.toContain('/sh/sh/sh')
  })
})
