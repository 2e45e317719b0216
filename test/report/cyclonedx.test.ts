import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InstalledPackage } from '../../src/core/index.ts'
import { expectGolden } from '../support/golden.ts'
import { sha256 } from '../support/image.ts'
import { makePackage, makeSbom, sbomInput } from '../support/sbom.ts'

interface Document {
  serialNumber: string
  metadata: {
    timestamp?: string
    component: Record<string, unknown>
    properties?: { name: string; value: string }[]
  }
  components: (Record<string, unknown> & {
    'bom-ref': string
    name: string
    properties?: { name: string; value: string }[]
  })[]
  dependencies: { ref: string; dependsOn: string[] }[]
  compositions: { aggregate: string; assemblies?: string[]; dependencies?: string[] }[]
}

const depends = (name: string): InstalledPackage['dependencies'][number] => ({
  kind: 'depends',
  text: name,
  alternatives: [name],
})

const LIBC = 'pkg:deb/debian/libc6@2.36-9?arch=amd64'
const CURL = 'pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?arch=amd64'

function samplePackages(): InstalledPackage[] {
  return [
    makePackage({
      name: 'libc6',
      version: '2.36-9',
      purl: LIBC,
      licences: ['LGPL-2.1+', 'GPL-2', 'custom text'],
      sourceName: 'glibc',
      sourceVersion: '2.36-9',
      architecture: 'amd64',
      state: 'install ok installed',
      requested: false,
      maintainer: 'GNU Libc Maintainers <debian-glibc@lists.debian.org>',
      homepage: 'https://www.gnu.org/software/libc/libc.html',
      description: 'GNU C Library: Shared libraries',
    }),
    makePackage({
      name: 'curl',
      version: '7.88.1-10+deb12u5',
      purl: CURL,
      requested: true,
      licences: ['GPL-2+'],
      dependencies: [depends('libc6'), depends('libcurl4')],
      resolved: [LIBC],
      homepage: 'https://curl.se/{docs} see there',
    }),
    makePackage({
      name: 'app',
      version: '1.0.0',
      type: 'npm',
      scope: 'application',
      location: 'app',
      evidence: ['app/package.json'],
      licences: ['MIT OR Apache-2.0'],
      dependencies: [depends('a')],
      resolved: ['pkg:npm/a@1.0.0'],
    }),
    makePackage({
      name: 'a',
      version: '1.0.0',
      type: 'npm',
      location: 'app/node_modules/a',
      evidence: ['app/node_modules/a/package.json'],
      dependencies: [depends('b')],
      resolved: ['pkg:npm/b@2.0.0'],
    }),
    makePackage({
      name: 'b',
      version: '2.0.0',
      type: 'npm',
      location: 'app/node_modules/a/node_modules/b',
      evidence: ['app/node_modules/a/node_modules/b/package.json'],
    }),
    makePackage({
      name: 'b',
      version: '2.0.0',
      type: 'npm',
      location: 'app/node_modules/b',
      evidence: ['app/node_modules/b/package.json'],
      resolved: ['pkg:npm/b@2.0.0'],
    }),
    makePackage({
      name: 'core',
      version: '7.0.0',
      type: 'npm',
      namespace: '@scope',
      purl: 'pkg:npm/%40scope/core@7.0.0',
      location: 'app/node_modules/@scope/core',
      evidence: ['app/node_modules/@scope/core/package.json'],
    }),
    makePackage({
      name: 'pip',
      version: '23.0',
      type: 'pypi',
      scope: 'bundled',
      location: 'usr/share/python-wheels',
      evidence: ['usr/share/python-wheels/pip-23.0.whl'],
    }),
    makePackage({ name: 'gone', scope: 'residual' }),
    makePackage({ name: '.build-deps', scope: 'virtual' }),
    makePackage({ name: 'wanted', type: 'npm', scope: 'declared' }),
  ]
}

async function read(input: Parameters<typeof makeSbom>[0]): Promise<Document> {
  return JSON.parse(await makeSbom(input)) as Document
}

describe('renderCycloneDx', () => {
  for (const version of ['1.6', '1.7'] as const) {
    it(`writes ${version}`, async () => {
      const text = await makeSbom({
        version,
        packages: samplePackages(),
        layerOf: (entry) => (entry.name === 'curl' ? `sha256:${sha256('layer 1')}` : null),
        unknown: [
          {
            subject: 'opt/x.whl',
            place: '',
            reader: 'python',
            reason: 'not a zip',
            weight: 'partial',
          },
        ],
      })
      expectGolden(`test/report/golden/sbom-${version}.golden.json`, text)
    })
  }

  it('lists what is in the image, and leaves declared, virtual and removed packages out', async () => {
    const { components } = await read({ packages: samplePackages() })
    const names = components.map((component) => component.name)
    expect(names.toSorted()).toEqual([
      'a',
      'app',
      'b',
      'b',
      'core',
      'curl',
      'debian',
      'libc6',
      'pip',
    ])
  })

  it('is the same in bytes whatever the order of the packages', async () => {
    const first = await makeSbom({ packages: samplePackages() })
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(samplePackages(), { minLength: 11, maxLength: 11 }),
        async (packages) => {
          expect(await makeSbom({ packages })).toBe(first)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('has a serial number that its content decides', async () => {
    const serial = async (input: Parameters<typeof makeSbom>[0]) => (await read(input)).serialNumber
    const one = await serial({ packages: samplePackages() })
    expect(one).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(await serial({ packages: samplePackages().slice(1) })).not.toBe(one)
    expect(await serial({ packages: samplePackages(), reference: 'elsewhere/x.tar' })).toBe(one)
  })

  it('takes its time from the image or as given, and from no clock', async () => {
    expect((await read({})).metadata.timestamp).toBe('2026-01-02T03:04:05.123Z')
    expect((await read({ at: '2026-05-05T00:00:00Z' })).metadata.timestamp).toBe(
      '2026-05-05T00:00:00.000Z',
    )
    const image = { ...sbomInput().image, created: 'yesterday' }
    expect((await read({ image })).metadata.timestamp).toBeUndefined()
  })

  it('names the image by its purl when a manifest is known, else by its config', async () => {
    const { image } = sbomInput()
    expect((await read({})).metadata.component['purl']).toBe(
      `pkg:oci/app@sha256%3A${sha256('manifest')}?arch=amd64&repository_url=registry.example/team/app&tag=1.2`,
    )
    const without = await read({ image: { ...image, manifest: null, names: [] } })
    expect(without.metadata.component['purl']).toBeUndefined()
    expect(without.metadata.component['bom-ref']).toBe(`oci-image:${image.config}`)
    expect(without.metadata.component['name']).toBe('app.tar')
  })

  it('gives a purl that occurs twice a reference by place, and finds the nearer copy', async () => {
    const { components, dependencies } = await read({ packages: samplePackages() })
    const refs = components.map((component) => component['bom-ref'])
    expect(refs).toContain('pkg:npm/b@2.0.0#app/node_modules/b')
    expect(refs).toContain('pkg:npm/a@1.0.0')
    const a = dependencies.find(({ ref }) => ref === 'pkg:npm/a@1.0.0')
    expect(a?.dependsOn).toEqual(['pkg:npm/b@2.0.0#app/node_modules/a/node_modules/b'])
  })

  it('reaches every component from the image', async () => {
    const circle = ['x', 'y'].map((name) =>
      makePackage({
        name,
        type: 'npm',
        location: `srv/${name}`,
        resolved: [`pkg:npm/${name === 'x' ? 'y' : 'x'}@1.0`],
      }),
    )
    const document = await read({ packages: [...samplePackages(), ...circle] })
    const edges = new Map(document.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
    const reached = new Set<string>()
    const open = [String(document.metadata.component['bom-ref'])]
    for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
      if (reached.has(ref)) continue
      reached.add(ref)
      open.push(...(edges.get(ref) ?? []))
    }
    for (const component of document.components) expect(reached).toContain(component['bom-ref'])
  })

  it('claims completeness only where every dependency was found, and never of the image', async () => {
    const { compositions } = await read({ packages: samplePackages() })
    expect(compositions[0]?.aggregate).toBe('unknown')
    const complete = compositions.find(({ aggregate }) => aggregate === 'complete')
    expect(complete?.dependencies).toContain(LIBC)
    expect(complete?.dependencies).not.toContain(CURL)
    const unknown = [
      { subject: 'x', place: 'y', reader: 'dpkg', reason: 'broken', weight: 'fatal' as const },
    ]
    const broken = await read({ packages: samplePackages(), unknown })
    expect(broken.compositions[0]?.aggregate).toBe('incomplete')
    expect(broken.metadata.properties).toEqual([
      { name: 'assay:unknown', value: 'x y: broken (dpkg)' },
    ])
  })

  it('writes ids and expressions only where they are surely meant', async () => {
    const { components } = await read({ packages: samplePackages() })
    const of = (name: string) => components.find((component) => component.name === name)
    expect(of('curl')?.['licenses']).toEqual([
      { license: { id: 'GPL-2.0-or-later', acknowledgement: 'declared' } },
    ])
    expect(of('curl')?.properties).toContainEqual({
      name: 'assay:licence:normalised',
      value: 'GPL-2+ -> GPL-2.0-or-later',
    })
    expect(of('app')?.['licenses']).toEqual([
      { expression: 'MIT OR Apache-2.0', acknowledgement: 'declared' },
    ])
    expect(of('libc6')?.['licenses']).toHaveLength(3)
  })

  it('leaves out addresses that are none', async () => {
    const { components } = await read({ packages: samplePackages() })
    expect(components.find(({ name }) => name === 'curl')?.['externalReferences']).toBeUndefined()
    expect(components.find(({ name }) => name === 'libc6')?.['externalReferences']).toBeDefined()
  })

  it('is valid whatever strangers wrote', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    const entry = fc
      .record({
        name: text,
        version: text,
        purl: text,
        namespace: text,
        location: text,
        homepage: text.map((part) => `https://h/${part}`),
        maintainer: text,
        description: text,
        state: text,
        sourceName: text,
        recordDigest: text,
      })
      .chain((fields) =>
        fc
          .record({ licences: fc.array(text), evidence: fc.array(text), resolved: fc.array(text) })
          .map((lists) => makePackage({ ...fields, ...lists, name: fields.name })),
      )
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 6 }),
        text,
        fc.constantFrom('1.6' as const, '1.7' as const),
        async (packages, hostile, version) => {
          const input = sbomInput()
          const image = {
            ...input.image,
            names: [hostile],
            created: hostile,
            platform: { os: hostile, architecture: hostile, variant: hostile },
          }
          const distribution = {
            id: hostile,
            idLike: [],
            versionId: hostile,
            codename: hostile,
            prettyName: hostile,
            path: hostile,
          }
          const unknown = [
            {
              subject: hostile,
              place: hostile,
              reader: hostile,
              reason: hostile,
              weight: 'partial' as const,
            },
          ]
          await makeSbom({
            image,
            distribution,
            unknown,
            version,
            packages: [...packages, ...packages],
            reference: hostile,
          })
        },
      ),
      { numRuns: 60 },
    )
  })
})
