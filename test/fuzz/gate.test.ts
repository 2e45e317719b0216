// A little of `npm run fuzz` in every run of the tests: what failed once, 200 inputs a reader that are always the
// same, and 200 that are new each time, their seed in the test's name.
import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keptInputs } from './kept.ts'
import { type FuzzFailure, failureOf, runTarget } from './run.ts'
import { TARGETS } from './targets.ts'

const RUNS = 200
const FIXED = '1'
const fresh = String(randomInt(2 ** 31))

function shown(failures: readonly FuzzFailure[]): string[] {
  return failures.map(
    ({ target, index, reason }) => `--target ${target} --input ${index}: ${reason}`,
  )
}

describe.each([FIXED, fresh])('seed %s', (seed) => {
  it.each(TARGETS.map((target) => [target.name, target] as const))(
    '%s',
    { timeout: 120_000 },
    async (_, target) => {
      const failures = await runTarget(target, { seed, first: 0, count: RUNS })
      expect(shown(failures)).toEqual([])
    },
  )
})

describe('inputs that failed once', () => {
  const kept = keptInputs()

  it('are of readers that exist', () => {
    const names = TARGETS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(kept.filter(({ target }) => !names.includes(target))).toEqual([])
  })

  it.each(kept.map((one) => [`${one.target}/${one.name}`, one] as const))('%s', async (_, one) => {
    const target = TARGETS.find(({ name }) => name === one.target)
    if (target === undefined) throw new Error(one.target)
    expect(await failureOf(target, one.bytes)).toBeNull()
  })
})
