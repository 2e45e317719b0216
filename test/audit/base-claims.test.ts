// What an image's claims say of its base: a digest that is a known image's confirms it, or contradicts it; a
// reference names one that is not at hand; and a base that was audited itself brings its verdict along.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditResult } from '../../src/core/index.ts'
import { writeOciLayout } from '../support/image.ts'
import type { LayerSpecification } from '../support/image-build.ts'
import { FindWorkshop } from './find-workshop.ts'

const workshop = new FindWorkshop()
afterAll(() => workshop.remove())

const comment = 'buildkit.dockerfile.v0'
const ROOT: LayerSpecification = {
  members: [{ name: 'base', content: 'base\n' }],
  createdBy: 'COPY base /base # buildkit',
  comment,
}
const APP: LayerSpecification = {
  members: [{ name: 'app', content: 'one\n' }],
  createdBy: 'COPY app /app # buildkit',
  comment,
}
const NAME = 'org.opencontainers.image.base.name'
const DIGEST = 'org.opencontainers.image.base.digest'

let root = ''
let baseRoot = ''
let basePath = ''
let otherPath = ''
let base: AuditResult
let other: AuditResult

beforeAll(async () => {
  root = workshop.repository('app', { Dockerfile: 'FROM base:1\nCOPY app /app\n', app: 'one\n' })
  baseRoot = workshop.repository('base', {
    Dockerfile: 'FROM scratch\nCOPY base /base\n',
    base: 'base\n',
  })
  basePath = await writeOciLayout(join(workshop.folder, 'base-image'), {
    name: 'base:1',
    layers: [ROOT],
  })
  otherPath = await writeOciLayout(join(workshop.folder, 'other-image'), {
    name: 'other:1',
    layers: [{ ...ROOT, members: [{ name: 'x', content: 'x' }] }],
  })
  base = await workshop.audit(basePath)
  other = await workshop.audit(otherPath)
})

let count = 0
/** Audits an application with these labels, in an inventory that has seen the images of these paths. */
async function audited(labels: Record<string, string>, known: readonly string[], source?: string) {
  count += 1
  const db = workshop.path(`known-${count}.db`)
  for (const path of known) {
    await workshop.audit(path, { db, ...(path === basePath && source ? { source } : {}) })
  }
  const image = await writeOciLayout(workshop.path(`app-image-${count}`), {
    name: 'app:1',
    layers: [ROOT, APP],
    config: { Labels: labels },
  })
  const result = await workshop.audit(image, { db, source: root })
  const reasons = result.unknown.filter(({ reader }) => reader === 'base')
  return { base: result.base, unknown: reasons.map(({ reason }) => reason), result }
}

describe('image.base.digest', () => {
  it('confirms a known image', async () => {
    const labels = { [DIGEST]: base.image.manifest ?? '' }
    const { base: found, unknown } = await audited(labels, [basePath])
    expect(found).toMatchObject({ reference: 'base:1', layers: 1, strength: 'proved' })
    expect(found?.how).toContain(`label ${DIGEST} (unverified) names its digest`)
    expect(unknown).toEqual([])
  })

  it('of a known image with other layers is a contradiction', async () => {
    const labels = { [DIGEST]: other.image.manifest ?? '', [NAME]: 'other:1' }
    const { base: found, unknown } = await audited(labels, [basePath, otherPath])
    expect(found).toMatchObject({ reference: 'base:1', layers: 1 })
    expect(unknown).toEqual([
      `label ${DIGEST} (unverified) names other:1@${other.image.manifest} as the base, but the layers of that image are not the first ones of this`,
    ])
  })

  it('of an image that is not at hand names the guess', async () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const { base: found } = await audited(
      { [DIGEST]: digest, [NAME]: 'docker.io/library/base:1' },
      [],
    )
    expect(found).toMatchObject({ reference: 'base:1', config: null, strength: 'guessed' })
    expect(found?.how).toContain(
      `label ${DIGEST} (unverified) names docker.io/library/base:1@${digest}, which is not at hand`,
    )
  })
})

describe('a base that was audited itself', () => {
  it.each([
    ['with its description', () => baseRoot, 'rebuildable'],
    ['without one', () => undefined, null],
  ])('%s', async (_, source, verdict) => {
    const { base: found, result } = await audited({}, [basePath], source())
    expect(found?.verdict).toBe(verdict)
    expect(result.verdict).toBe('floating')
  })

  it('that is not rebuildable makes what stands on it floating', async () => {
    const drifted = workshop.repository('drifted', {
      Dockerfile: 'FROM scratch\nCOPY base /base\n',
      base: 'changed\n',
    })
    const { base: found, result } = await audited({}, [basePath], drifted)
    expect(found?.verdict).toBe('drifted')
    expect(result.reasons.map(({ text }) => text)).toContain('its base image is drifted itself')
  })
})

describe('a digest that nobody verified', () => {
  it('does not make the base of what was changed by hand', async () => {
    const hand: LayerSpecification = {
      members: [{ name: 'opt/tool', content: 'tool\n' }],
      createdBy: 'bash',
    }
    const changed = await writeOciLayout(join(workshop.folder, 'changed-base'), {
      name: 'changed:1',
      layers: [ROOT, hand],
    })
    const { image } = await workshop.audit(changed)
    const db = workshop.path('changed.db')
    for (const path of [basePath, changed]) await workshop.audit(path, { db })
    const reference = await writeOciLayout(workshop.path('changed-app'), {
      name: 'app:1',
      layers: [ROOT, hand, APP],
      config: { Labels: { [DIGEST]: image.manifest ?? '' } },
    })
    const result = await workshop.audit(reference, { db, source: root })
    expect(result.base).toMatchObject({ reference: 'base:1', layers: 1 })
    expect(result.verdict).toBe('drifted')
  })
})
