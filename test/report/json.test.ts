import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { renderAuditJson, renderAuditJsonLine } from '../../src/report/json.ts'
import { cleanResult, driftedResult } from '../support/audit-result.ts'
import { expectGolden } from '../support/golden.ts'

const schema: object = JSON.parse(readFileSync('docs/schema/assay-audit-1.schema.json', 'utf8'))
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
  schema,
)

function problems(text: string): unknown {
  return validate(JSON.parse(text)) ? null : validate.errors
}

describe('renderAuditJson', () => {
  it('fits its published schema', () => {
    expect(problems(renderAuditJson(driftedResult()))).toBeNull()
    expect(problems(renderAuditJson(cleanResult()))).toBeNull()
    expect(
      problems(
        renderAuditJson({ ...cleanResult(), description: null, base: null, distribution: null }),
      ),
    ).toBeNull()
  })

  it('has a schema that refuses what it does not name', () => {
    const document = JSON.parse(renderAuditJson(driftedResult()))
    for (const broken of [
      { ...document, extra: 1 },
      { ...document, verdict: 'fine' },
      { ...document, image: { ...document.image, config: 'sha256:0' } },
      { ...document, changes: [{ ...document.changes[0], extra: '' }] },
      { ...document, findings: undefined },
    ])
      expect(problems(JSON.stringify(broken))).not.toBeNull()
  })

  it('is the golden report', () => {
    expectGolden('test/report/golden/drifted.golden.json', renderAuditJson(driftedResult()))
  })

  it('does not depend on the order of its input, nor on how long it took', () => {
    const result = driftedResult()
    const turned = {
      ...result,
      packages: result.packages.toReversed(),
      origins: result.origins.toReversed(),
      changes: result.changes.toReversed(),
      findings: result.findings.toReversed(),
      unknown: result.unknown.toReversed(),
      timing: {},
    }
    expect(renderAuditJson(turned)).toBe(renderAuditJson(result))
  })

  it('gives one line for --json-lines', () => {
    const line = renderAuditJsonLine(driftedResult())
    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(JSON.parse(line)).toEqual(JSON.parse(renderAuditJson(driftedResult())))
  })

  it('keeps values of build arguments to itself unless asked', () => {
    const result = driftedResult()
    const given = {
      ...result,
      description: result.description && { ...result.description, arguments: ['TOKEN=hunter2'] },
    }
    expect(renderAuditJson(given)).not.toContain('hunter2')
    expect(JSON.parse(renderAuditJson(given)).description.arguments).toEqual(['TOKEN'])
    expect(renderAuditJson(given, { showArguments: true })).toContain('TOKEN=hunter2')
  })

  it('writes hostile text so that it is the same and safe to show', () => {
    const hostile = '\u001b[2J\u009b31m\u202eevil\u2028\u007f\udc80\u{e0041}'
    const text = renderAuditJson({ ...cleanResult(), reasons: [{ row: 'x', text: hostile }] })
    expect(text).toMatch(
      /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\ud800-\udfff\u{e0000}-\u{e007f}]*$/u,
    )
    expect(JSON.parse(text).reasons[0].text).toBe(hostile)
  })
})
