// The whole line on real images: every planted change is named, nothing else is, and clean images have none.
// ASSAY_CASES=FOLDER keeps the images between runs (scripts/make-cases.mjs writes one), ASSAY_TEST_DIST names
// another build than dist/.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alpineRootfs } from './bases.ts'
import { containersMissing } from './containers.ts'
import { engineMissing } from './engine.ts'
import { hostSources, scanFile } from './host-sources.ts'
import { type MadeCases, makeCases } from './images.ts'
import { auditCase, judge } from './judge.ts'
import { checkLocks, lockedApps } from './locks.ts'
import { gateParts } from './parts.ts'
import { isSearchable, searchAll } from './search-judge.ts'

const kept = process.env['ASSAY_CASES']
const missing = kept === undefined ? engineMissing() : null
const inCi = process.env['CI'] === 'true'
const folder = kept ?? mkdtempSync(join(tmpdir(), 'assay-cases-'))
let made: MadeCases = { cases: [], notBuilt: [] }

if (inCi)
  describe('the gate', () => {
    it('has an engine to build with', () => {
      expect(missing).toBeNull()
    })
    it('has the tools of the containers project', () => {
      expect(containersMissing()).toBeNull()
    })
    it('has the shared test data', () => {
      expect(existsSync(alpineRootfs)).toBe(true)
    })
  })

const suffix = missing === null ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== null)(`audit of real images${suffix}`, () => {
  beforeAll(async () => {
    made = await makeCases(folder, gateParts)
  }, 1_200_000)
  afterAll(() => {
    if (kept === undefined) rmSync(folder, { recursive: true, force: true })
  })

  it('has every case that can be made here', () => {
    const names = gateParts.filter((part) => part.missing() === null).flatMap((part) => part.cases)
    expect(made.cases.map((one) => one.name)).toEqual(names)
  })

  it('learned from no build where this host has its packages from', { timeout: 300_000 }, () => {
    const sources = hostSources()
    const archives = new Set(made.cases.flatMap(({ archive, base }) => [archive, base]))
    archives.delete('')
    const files = [...archives].filter((archive) => statSync(archive).isFile())
    for (const archive of files) expect(scanFile(archive, sources), archive).toEqual([])
  })

  it('is told by a search alone what each repository built', { timeout: 300_000 }, () => {
    const clean = made.cases.filter(
      (one) => isSearchable(one) && ['rebuildable', 'floating'].includes(one.verdict),
    )
    const one = new Map(clean.map((each) => [each.repository, each]))
    const searched = searchAll([...one.values()], join(folder, 'repositories'))
    const lost = searched.filter(({ answer }) => answer !== 'right')
    expect(lost.map(({ one: { name }, answer, detail }) => ({ name, answer, detail }))).toEqual([])
    expect(searched.length).toBeGreaterThan(5)
  })

  for (const part of gateParts)
    it.for(part.cases)('%s', { timeout: 120_000 }, (name, { skip }) => {
      const reason = part.missing()
      if (reason !== null) skip(reason)
      const one = made.cases.find((candidate) => candidate.name === name)
      const failure = made.notBuilt.find(({ cases }) => cases.includes(name))
      if (one === undefined) throw new Error(`no image was made: ${failure?.reason ?? 'unknown'}`)
      const { missed, invented, wrong } = judge(one, auditCase(one))
      expect({ missed, invented, wrong }).toEqual({ missed: [], invented: [], wrong: [] })
    })

  for (const app of lockedApps)
    it(`a lock of ${app.locked} holds`, { timeout: 300_000 }, () => checkLocks(app, made.cases))
})

if (missing !== null) rmSync(folder, { recursive: true, force: true })
