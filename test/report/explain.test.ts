import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { renderExplainImageJson, renderExplainPathJson } from '../../src/report/explain.ts'
import { renderExplainImage } from '../../src/report/explain-image.ts'
import { renderExplainPath } from '../../src/report/explain-path.ts'
import { copiedPath, handMade, packagedPath, removedPath } from '../support/explanation.ts'
import { expectGolden } from '../support/golden.ts'

const plain = { width: 80, colour: false, verbose: false }
const SAFE = /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$/

/** The same model with every string replaced. */
function replaced<T>(model: T, text: string): T {
  return JSON.parse(JSON.stringify(model), (key, value: unknown) =>
    typeof value === 'string' &&
    !['kind', 'change', 'alignment', 'origin', 'strength'].includes(key)
      ? text
      : value,
  ) as T
}

describe('renderExplainPath', () => {
  it.each([
    ['copied', copiedPath()],
    ['packaged', packagedPath()],
    ['removed', removedPath()],
  ])('tells how a %s path got there', (name, model) => {
    const text = renderExplainPath(model, plain)
    expectGolden(`test/report/golden/explain-${name}.golden.txt`, text)
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80)
  })

  it('gives the same as JSON, without values of build arguments', () => {
    const text = renderExplainPathJson(packagedPath())
    expect(JSON.parse(text)).toMatchObject({
      schema: 'assay-explain-path/1',
      package: { name: 'libnghttp2-14' },
    })
    expect(text + renderExplainPath(packagedPath(), plain)).not.toContain('hunter2')
    expect(renderExplainPathJson(packagedPath(), true)).toContain('hunter2')
  })
})

describe('renderExplainImage', () => {
  it.each([60, 80, 120])('tells all that is known at width %i', (width) => {
    const text = renderExplainImage(handMade(), { ...plain, width })
    expectGolden(`test/report/golden/explain-image-${width}.golden.txt`, text)
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
  })

  it('gives the same as JSON, without values of build arguments', () => {
    const text = renderExplainImageJson(handMade())
    expect(JSON.parse(text)).toMatchObject({ schema: 'assay-explain-image/1', installedCount: 207 })
    expect(text + renderExplainImage(handMade(), { ...plain, verbose: true })).not.toContain(
      'hunter2',
    )
  })
})

it('lets no control character of a stranger through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.boolean(), (text, verbose) => {
      const options = { ...plain, verbose }
      for (const model of [copiedPath(), packagedPath(), removedPath()])
        expect(renderExplainPath(replaced(model, text), options)).toMatch(SAFE)
      expect(renderExplainImage(replaced(handMade(), text), options)).toMatch(SAFE)
    }),
    { numRuns: 100 },
  )
})
