// The one place where examples of rules meet the program.
import { join } from 'node:path'
import { audit } from '../../src/audit/audit.ts'
import { TRUST_NOBODY } from '../../src/audit/index.ts'
import type { Finding } from '../../src/core/index.ts'
import { BUILT_IN_RULES } from '../../src/rule/index.ts'
import { type Example, prepareExample } from './example.ts'

/** What an audit of the example finds, and what went wrong with its rules. */
export async function auditExample(
  example: Example,
): Promise<{ findings: readonly Finding[]; problems: readonly string[] }> {
  const ready = await prepareExample(example)
  try {
    const outcome = await audit({
      image: {
        reference: ready.reference,
        stdin: null,
        platform: null,
        name: null,
        verify: false,
        threads: 0,
        progress: () => {},
      },
      description: {
        source: ready.source,
        dockerfile: ready.dockerfile,
        context: ready.context,
        target: ready.target,
        arguments: {},
      },
      base: ready.base,
      repositories: [],
      archives: [],
      trust: TRUST_NOBODY,
      policy: null,
      lock: null,
      db: join(ready.folder, 'inventory.db'),
      rules: [BUILT_IN_RULES],
      at: '2026-01-02T00:00:00Z',
    })
    const [result] = outcome.results
    if (result === undefined) throw new Error('no image was audited')
    return {
      findings: result.findings,
      problems: outcome.errors.map((error) => error.message),
    }
  } finally {
    ready.remove()
  }
}
