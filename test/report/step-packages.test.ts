import { expect, it } from 'vitest'
import type { StepPackages } from '../../src/core/index.ts'
import { packageSentences } from '../../src/report/step-packages.ts'

const row = (more: Partial<StepPackages>): StepPackages => ({
  step: 3,
  layer: 1,
  line: 4,
  type: 'deb',
  asked: [],
  dependencies: [],
  unexplained: [],
  open: '',
  absent: [],
  ...more,
})
const purls = (...names: string[]) => names.map((name) => `pkg:deb/debian/${name}@1.0?arch=amd64`)

it('counts what was asked for, what that needs, and names what is not explained', () => {
  const one = row({
    asked: purls('curl'),
    dependencies: purls('libc6', 'zlib1g'),
    unexplained: purls('netcat'),
  })
  expect(packageSentences([one], 3, false)).toEqual([
    '4 deb packages: 1 asked for, 2 that they need, 1 not explained: netcat 1.0',
  ])
})

it('says why unexplained ones are no change', () => {
  const one = row({ asked: purls('curl'), unexplained: purls('x'), open: 'line 4 runs make' })
  expect(packageSentences([one], 3, false)).toEqual([
    '2 deb packages: 1 asked for, 1 not explained, left open: line 4 runs make',
  ])
})

it('names what is not there, five of many, all with --verbose', () => {
  const absent = ['a', 'b', 'c', 'd', 'e', 'f\u001b[31m', 'g']
  const [short] = packageSentences([row({ absent })], 3, false)
  expect(short).toBe('asked for and not there afterwards: a, b, c, d, e and 2 more')
  const [all = ''] = packageSentences([row({ absent })], 3, true)
  expect(all).toContain('g')
  expect(all).not.toContain('\u001b')
})

it('says nothing of other steps', () => {
  expect(packageSentences([row({ asked: purls('curl') })], 2, false)).toEqual([])
})
