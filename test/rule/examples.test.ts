// Every rule's examples are its tests: each goes through the whole line, from git and an image on disk.
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/core/index.ts'
import { BUILT_IN_RULES } from '../../src/rule/index.ts'
import { auditExample } from '../support/audit-example.ts'
import { type Example, readExamples } from '../support/example.ts'

const FILES = readdirSync(BUILT_IN_RULES).map((name) => join(BUILT_IN_RULES, name))

describe.each(FILES.map((file) => [basename(file, '.yaml'), readExamples(file)] as const))(
  '%s',
  (_, { id, examples }) => {
    it('has two flagged and two clean examples at least, with names of their own', () => {
      const count = (kind: string): number =>
        examples.filter((example) => example.expect === kind).length
      expect(count('flagged')).toBeGreaterThanOrEqual(2)
      expect(count('clean')).toBeGreaterThanOrEqual(2)
      expect(new Set(examples.map((example) => example.name)).size).toBe(examples.length)
      for (const example of examples) {
        expect(example.findings !== undefined).toBe(example.expect === 'flagged')
      }
    })

    it.each(examples.map((example) => [example.expect, example.name, example] as const))(
      '%s: %s',
      async (_expect, _name, example) => {
        const { findings, problems } = await auditExample(example)
        expect(problems).toEqual([])
        const found = findings.filter((finding) => finding.rule === id)
        expect(found.map((finding, index) => shown(finding, example, index))).toEqual(
          example.findings ?? [],
        )
      },
    )
  },
)

// Shows of a finding what the example states at its place, so that a difference reads well.
function shown(finding: Finding, example: Example, index: number): Record<string, unknown> {
  const wanted = example.findings?.[index]
  if (wanted === undefined) return { ...finding }
  const entries = Object.entries(wanted).map(([key, value]) => {
    if (key !== 'detail') return [key, finding[key as keyof Finding]]
    return [key, finding.message.includes(String(value)) ? value : finding.message]
  })
  return Object.fromEntries(entries)
}
