// Documents of an archive that lie: wrong types, absurd numbers, nesting, names that lead elsewhere.
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTar, sha256 } from '../support/image.ts'
import { type BuiltImage, buildImage } from '../support/image-build.ts'
import { OciLayout, TYPES } from '../support/oci-layout.ts'
import { Desk, ended, openDesk, peakMemory } from './command-line.ts'
import { expectFailure, expectIntact, expectPrintable } from './expectations.ts'
import { writeForged } from './forge.ts'

const desk = new Desk()
let built: BuiltImage
let layer: Buffer
beforeAll(async () => {
  layer = await makeTar([{ name: 'app', content: 'app\n' }])
  built = await buildImage({ layers: [{ members: [{ name: 'app', content: 'app\n' }] }] })
})
afterAll(() => {
  expectIntact(desk.db)
  desk.remove()
})

const DIGEST = `sha256:${'ab'.repeat(32)}`
const NESTED = '['.repeat(10 << 20)
const CLOSED = `${'['.repeat(5 << 20)}${']'.repeat(5 << 20)}`
const DEEP_OBJECT = `${'{"a":'.repeat(1 << 20)}1${'}'.repeat(1 << 20)}`

const values: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['no JSON', '{"a": '],
  ['null', 'null'],
  ['a number', '42'],
  ['a text', '"image"'],
  ['true', 'true'],
  ['an empty list', '[]'],
  ['an empty object', '{}'],
  ['a list of null', '[null]'],
  ['a list of lists', '[[[]]]'],
  ['bytes that are no UTF-8', '\u0000\u00ff\u00fe'],
  ['10 MB of nesting', NESTED],
  ['10 MB of nesting, closed', CLOSED],
  ['a million objects in each other', DEEP_OBJECT],
  ['a key that is every object’s', '{"__proto__": {"schemaVersion": 2}, "constructor": 1}'],
]

describe.each(['manifest.json', 'index.json'])('%s', (name) => {
  it.each(values)('%s', async (_, text) => {
    const file = desk.path('a.tar')
    writeFileSync(file, await makeTar([{ name, content: text }]))
    const run = desk.run(['audit', file])
    expectFailure(run, 3, /a\.tar: /)
    expect(run.stderr.length).toBeLessThan(600)
    expect(run.stdout).toBe('')
  })
})

/** A `manifest.json` over the good config and layer, one field replaced. */
function manifest(fields: Record<string, unknown>): string {
  const config = `${sha256(built.config.bytes)}.json`
  return JSON.stringify([
    { Config: config, RepoTags: null, Layers: ['layer-0/layer.tar'], ...fields },
  ])
}

describe('fields of manifest.json', () => {
  it.each([
    ['Config is a number', { Config: 1 }],
    ['Config is null', { Config: null }],
    ['Config leads out of the archive', { Config: '../../../../etc/passwd' }],
    ['Config is an absolute path', { Config: '/etc/passwd' }],
    ['Config is empty', { Config: '' }],
    ['Config is a name of 100 kB', { Config: 'x'.repeat(100_000) }],
    ['a layer with a name of 100 kB', { Layers: ['x'.repeat(100_000)] }],
    ['Config has a NUL', { Config: 'a\u0000b' }],
    ['Layers is a text', { Layers: 'layer-0/layer.tar' }],
    ['Layers holds numbers', { Layers: [1, 2] }],
    ['more layers than the config', { Layers: ['layer-0/layer.tar', 'layer-0/layer.tar'] }],
    ['fewer layers than the config', { Layers: [] }],
    ['a layer that leads out of the archive', { Layers: ['../../../../etc/passwd'] }],
    ['RepoTags is a number', { RepoTags: 1 }],
  ])('%s', async (_, fields) => {
    const file = await writeForged(desk.path('b.tar'), [{ stored: layer }], {
      config: built.config.bytes.toString(),
      manifest: manifest(fields),
    })
    const run = desk.run(['audit', file, '--fail-on', 'never'])
    if (run.status === 4) expect(run.stdout).toMatch(/Unknown: \d+/)
    else expectFailure(run, 3, /b\.tar: /)
    expect(run.stderr.length).toBeLessThan(3000)
    expect(run.stderr + run.stdout).not.toContain('root:')
  })
})

/** An image config over the good layer, fields replaced. */
function config(fields: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(built.config.bytes.toString()), ...fields })
}

describe('fields of a config', () => {
  it.each([
    ['rootfs is missing', { rootfs: undefined }],
    ['rootfs is a text', { rootfs: 'layers' }],
    ['diff_ids are numbers', { rootfs: { type: 'layers', diff_ids: [1] } }],
    ['a diff_id is no digest', { rootfs: { type: 'layers', diff_ids: ['sha256:xyz'] } }],
    ['a diff_id is too long', { rootfs: { type: 'layers', diff_ids: [`${DIGEST}0`] } }],
    ['a diff_id of another algorithm', { rootfs: { type: 'layers', diff_ids: ['md5:00'] } }],
    ['no diff_ids', { rootfs: { type: 'layers', diff_ids: [] } }],
    ['history is a text', { history: 'none' }],
    ['history holds null', { history: [null] }],
    ['created_by is a list', { history: [{ created_by: ['sh'] }] }],
    ['empty_layer is a text', { history: [{ empty_layer: 'yes' }] }],
    ['Env is a text', { config: { Env: 'PATH=/bin' } }],
    ['Cmd is an object', { config: { Cmd: { 0: 'sh' } } }],
    ['Labels is a list', { config: { Labels: ['a=b'] } }],
    ['ExposedPorts is a list of numbers', { config: { ExposedPorts: [80] } }],
    ['architecture is a number', { architecture: 64 }],
    ['created is a number', { created: 20260101 }],
  ])('%s: refused with one line, or taken as engines take it', async (_, fields) => {
    const text = config(fields)
    const file = await writeForged(desk.path('c.tar'), [{ stored: layer }], { config: text })
    const run = desk.run(['audit', file, '--json', '--fail-on', 'never'])
    if (run.status === 3) expectFailure(run, 3, /c\.tar: /)
    else expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
    expectPrintable(run.stderr + run.stdout)
  })

  it.each(values)('is %s', async (_, text) => {
    const file = await writeForged(desk.path('d.tar'), [{ stored: layer }], { config: text })
    expectFailure(desk.run(['audit', file]), 3, /d\.tar: /)
  })
})

describe('descriptors of a layout', () => {
  const descriptors: readonly (readonly [string, Record<string, unknown>])[] = [
    ['a negative size', { size: -1 }],
    ['a size beyond all numbers', { size: 1e308 }],
    ['a size that is a text', { size: '12' }],
    ['a size that is no whole number', { size: 1.5 }],
    ['another size', { size: 1 }],
    ['no digest', { digest: undefined }],
    ['a digest that is a number', { digest: 5 }],
    ['a digest that leads out of the folder', { digest: 'sha256:../../../../etc/passwd' }],
    ['a digest with a slash in its algorithm', { digest: '../../etc:passwd' }],
    ['a digest of another algorithm', { digest: `sha512:${'ab'.repeat(64)}` }],
    ['a digest in capitals', { digest: DIGEST.toUpperCase() }],
    ['a media type that is a number', { mediaType: 7 }],
  ]

  it.each(descriptors)('of a manifest: %s', async (_, fields) => {
    const layout = new OciLayout()
    const good = layout.image(built)
    const file = await layout.writeTar(desk.path('e.tar'), [{ ...good, ...fields }])
    expectFailure(desk.run(['audit', file]), 3, /e\.tar: /)
  })

  it.each(descriptors)('of a layer: %s', async (_, fields) => {
    const layout = new OciLayout()
    const [good] = layout.gzipLayers(built)
    const bad = layout.manifest(built, { layers: [{ ...good, ...fields }] })
    const folder = layout.writeFolder(openDesk().path('layout'), [bad])
    const run = desk.run(['audit', folder, '--fail-on', 'never'])
    // A layer of an unknown kind is an unknown of the report; everything else ends here.
    if (run.status === 4) expect(run.stdout).toMatch(/Unknown: \d+/)
    else expectFailure(run, 3, /layout/)
    expect(run.stdout + run.stderr).not.toContain('root:')
  })

  it('an index that holds itself, and a hundred levels of indexes', async () => {
    const layout = new OciLayout()
    let inner = layout.image(built)
    for (let level = 0; level < 100; level += 1) inner = layout.index([inner])
    const file = await layout.writeTar(desk.path('f.tar'), [inner])
    expectFailure(desk.run(['audit', file]), 3, /f\.tar: /)
    const many = layout.index(Array.from({ length: 1000 }, () => layout.image(built)))
    const wide = await layout.writeTar(
      desk.path('g.tar'),
      Array.from({ length: 1000 }, () => many),
    )
    const child = desk.start(['sbom', wide, '-o', 'purls'])
    const [run, peak] = await Promise.all([ended(child), peakMemory(child)])
    expect([0, 3]).toContain(run.status)
    expect(peak).toBeLessThan(1024)
  })

  it('a manifest that is an index as well', async () => {
    const layout = new OciLayout()
    const both = layout.add(
      { schemaVersion: 2, manifests: [], layers: [], config: {} },
      TYPES.manifest,
    )
    const file = await layout.writeTar(desk.path('h.tar'), [both])
    expectFailure(desk.run(['audit', file]), 3, /h\.tar: .*an index and a manifest at once/)
  })
})
