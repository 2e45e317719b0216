import { describe, expect, it } from 'vitest'
import { movingInputs } from '../../src/attribution/moving-inputs.ts'
import { reachableStages } from '../../src/description/index.ts'
import { describe as described } from '../support/attribution.ts'

const COMMIT = '0123456789012345678901234567890123456789'
const DIGEST = 'a'.repeat(64)

/** What the build takes in besides its base and its packages. */
function inputs(text: string): readonly string[] {
  const description = described(text)
  const { stages, instructions, target } = description.dockerfile
  return movingInputs(description, reachableStages(stages, instructions, target))
}

describe('inputs that may be others tomorrow', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['a download', 'curl -fsSLO https://example.org/x.tgz', ['https://example.org/x.tgz']],
    [
      'a download that is checked',
      `curl -fsSLO https://example.org/x.tgz && echo "${DIGEST}  x.tgz" | sha256sum -c`,
      [],
    ],
    [
      'a version in an address, which pins nothing',
      'wget https://example.org/v1.2.3/x-1.2.3.tgz',
      ['https://example.org/v1.2.3/x-1.2.3.tgz'],
    ],
    ['a clone', 'git clone -b v1 https://example.org/x', ['https://example.org/x']],
    ['a clone at a commit', `git clone https://example.org/x && git -C x checkout ${COMMIT}`, []],
    ['a question to the machine itself', 'curl -f http://localhost/health', []],
  ])('%s', (_, run, expected) => {
    expect(inputs(`FROM debian:12@sha256:${DIGEST}\nRUN ${run}\n`)).toEqual(expected)
  })

  it('are those of stages that reach the target only', () => {
    const text = `FROM debian:12 AS lint
RUN curl https://example.org/lint | sh
FROM debian:12 AS build
RUN curl https://example.org/build > /x
FROM debian:12
COPY --from=build /x /x
`
    expect(inputs(text)).toEqual(['https://example.org/build'])
  })
})
