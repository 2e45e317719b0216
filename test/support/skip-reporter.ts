// Names every test that was skipped, with its reason where it gave one; under CI=true a skip is a failure.
import type { Reporter, TestCase, TestModule, TestRunEndReason, Vitest } from 'vitest/node'

/** A vitest reporter that stands beside the usual one. */
export class SkipReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    _errors: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    // Tests that `-t` leaves out were not asked for.
    if (this.#vitest?.config.testNamePattern !== undefined) return
    const groups = new Map<string, string[]>()
    let count = 0
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const place = [module.relativeModuleId, suiteOf(test)].filter(Boolean).join(' > ')
        groups.set(place, [...(groups.get(place) ?? []), nameOf(test)])
        count += 1
      }
    }
    if (count === 0 || reason === 'interrupted') return
    console.log(`\n${count} skipped:`)
    for (const [place, names] of groups) console.log(`  ${place}: ${names.join(', ')}`)
    if (process.env['CI'] !== 'true') return
    console.log('under CI=true a skipped test is a failure')
    process.exitCode = 1
  }
}

function suiteOf({ parent }: TestCase): string {
  return parent.type === 'suite' ? parent.fullName : ''
}

function nameOf(test: TestCase): string {
  const result = test.result()
  return result.state === 'skipped' && result.note ? `${test.name} (${result.note})` : test.name
}
