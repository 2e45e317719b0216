// What a real engine makes of each case of the overlay corpus is what the case says it made.
// An engine of the tests' own, unless ASSAY_OVERLAY_ENGINE names a socket (unix:///…) and perhaps
// ASSAY_OVERLAY_CLIENT a client for it; ASSAY_RECORD=1 writes the answers into the cases.
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { clientPath, type Engine, engineMissing, startEngine } from '../builders/engine.ts'
import { askEngine, type EngineAddress, engineName } from '../builders/overlay-engine.ts'
import { overlayCases } from '../support/overlay-cases.ts'

const given = process.env['ASSAY_OVERLAY_ENGINE']
const missing = given === undefined ? engineMissing() : null
const recording = process.env['ASSAY_RECORD'] === '1'
const inCi = process.env['CI'] === 'true'
const cases = overlayCases()

if (inCi)
  describe('the gate', () => {
    test('has an engine for the overlay corpus', () => {
      expect(missing).toBeNull()
    })
  })

const suffix = missing === null ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== null)(`overlay corpus on a real engine${suffix}`, () => {
  let own: Engine | null = null
  let engine: EngineAddress
  let name = ''
  beforeAll(async () => {
    own = given === undefined ? await startEngine() : null
    engine = {
      client: process.env['ASSAY_OVERLAY_CLIENT'] ?? clientPath() ?? 'docker',
      host: given ?? `unix://${own?.socket}`,
    }
    name = await engineName(engine)
  })
  afterAll(() => own?.stop())

  for (const overlayCase of cases) {
    test(overlayCase.name, async ({ skip }) => {
      const recorded = overlayCase.engine?.[name]
      const unknown = recorded === undefined && !recording
      // Other versions answer a few doubtful cases otherwise: theirs have to be recorded first.
      skip(unknown && !inCi, `no answer of ${name} is recorded; ASSAY_RECORD=1 records it`)
      const answer = await askEngine(engine, overlayCase)
      if (recording) record(overlayCase.file, name, answer)
      else expect(answer).toBe(recorded)
    })
  }
})

function record(file: string, name: string, answer: string): void {
  const document = parseDocument(readFileSync(file, 'utf8'))
  document.setIn(['engine', name], answer)
  writeFileSync(file, document.toString({ lineWidth: 0, flowCollectionPadding: true }))
}
