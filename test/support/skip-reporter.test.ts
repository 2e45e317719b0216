// A skipped test is named with its reason, and fails the gate: seen on a run of vitest of its own.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
mkdirSync(join(root, '.cache'), { recursive: true })
const folder = mkdtempSync(join(root, '.cache', 'skips-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tests = `import { describe, it } from 'vitest'
describe.skipIf(true)('on a real engine (no dockerd)', () => {
  it('builds', () => {})
  it('commits', () => {})
})
it('reads shared data', ({ skip }) => skip('the folder is not here'))
it('passes', () => {})
`
const settings = `import { SkipReporter } from ${JSON.stringify(join(root, 'test/support/skip-reporter.ts'))}
export default { test: { reporters: [new SkipReporter()] } }
`
writeFileSync(join(folder, 'some.test.ts'), tests)
writeFileSync(join(folder, 'vitest.config.ts'), settings)

function run(ci: string, ...words: readonly string[]) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], CI: ci, NO_COLOR: '1' },
  })
  return { status, stdout }
}

const named = `3 skipped:
  some.test.ts > on a real engine (no dockerd): builds, commits
  some.test.ts: reads shared data (the folder is not here)
`

describe('skipped tests', { timeout: 60_000 }, () => {
  it('are named, and pass on a machine of one’s own', () => {
    const { status, stdout } = run('')
    expect(stdout).toContain(named)
    expect(status).toBe(0)
  })

  it('are named, and fail the gate', () => {
    const { status, stdout } = run('true')
    expect(stdout).toContain(`${named}under CI=true a skipped test is a failure\n`)
    expect(status).toBe(1)
  })

  it('are only those that were asked for', () => {
    const { status, stdout } = run('true', '-t', 'passes')
    expect(stdout).not.toContain('skipped:')
    expect(status).toBe(0)
  })
})
