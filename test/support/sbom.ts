// Makes SBOMs for tests. Each one is validated against the official schema by the helper that makes
// it, so that no test can use an invalid one.
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import type { InstalledPackage } from '../../src/core/index.ts'
import { renderCycloneDx, type SbomInput } from '../../src/report/index.ts'
import { sha256 } from './image.ts'

const VALIDATORS = {
  '1.6': new Validation.JsonStrictValidator(Spec.Version.v1dot6),
  '1.7': new Validation.JsonStrictValidator(Spec.Version.v1dot7),
}

/** Fails when the text is no valid CycloneDX JSON of that version. */
export async function validateSbom(text: string, version: '1.6' | '1.7'): Promise<void> {
  const problem = await VALIDATORS[version].validate(text)
  if (problem !== null) throw new Error(`invalid CycloneDX ${version}: ${JSON.stringify(problem)}`)
  const document = JSON.parse(text) as {
    specVersion: string
    metadata: { component: { 'bom-ref': string } }
    components?: { 'bom-ref': string }[]
    dependencies: { ref: string; dependsOn: string[] }[]
  }
  if (document.specVersion !== version) throw new Error(`specVersion is ${document.specVersion}`)
  const refs = [document.metadata.component, ...(document.components ?? [])].map(
    (component) => component['bom-ref'],
  )
  const known = new Set(refs)
  if (known.size !== refs.length) throw new Error('a bom-ref occurs twice')
  for (const { ref, dependsOn } of document.dependencies)
    for (const name of [ref, ...dependsOn])
      if (!known.has(name)) throw new Error(`dependency on nothing: ${name}`)
}

/** The SBOM of this input, defaults filled in, validated. */
export async function makeSbom(input: Partial<SbomInput> = {}): Promise<string> {
  const full: SbomInput = { ...sbomInput(), ...input }
  const text = await renderCycloneDx(full)
  await validateSbom(text, full.version)
  return text
}

/** An input with nothing in it but an image. */
export function sbomInput(): SbomInput {
  return {
    reference: 'some/folder/app.tar',
    image: {
      config: `sha256:${sha256('config')}`,
      manifest: `sha256:${sha256('manifest')}`,
      names: ['registry.example/team/app:1.2'],
      platform: { os: 'linux', architecture: 'amd64', variant: '' },
      created: '2026-01-02T03:04:05.123456789Z',
      layers: [
        { diffId: `sha256:${sha256('layer 0')}` },
        { diffId: `sha256:${sha256('layer 1')}` },
      ],
    },
    distribution: {
      id: 'debian',
      idLike: [],
      versionId: '12',
      codename: 'bookworm',
      prettyName: 'Debian GNU/Linux 12 (bookworm)',
      path: 'usr/lib/os-release',
    },
    packages: [],
    layerOf: () => null,
    unknown: [],
    version: '1.6',
    at: '',
    toolVersion: '0.1.0',
  }
}

/** A package with the fields that a test names; the rest is that of a plain installed deb. */
export function makePackage(
  fields: Partial<InstalledPackage> & { readonly name: string },
): InstalledPackage {
  const version = fields.version ?? '1.0'
  const type = fields.type ?? 'deb'
  const namespace = fields.namespace ?? (type === 'deb' ? 'debian' : '')
  const folder = namespace === '' ? '' : `${namespace}/`
  return {
    type,
    namespace,
    version,
    architecture: '',
    purl: `pkg:${type}/${folder}${fields.name}@${version}`,
    sourceName: '',
    sourceVersion: '',
    licences: [],
    maintainer: '',
    homepage: '',
    description: '',
    state: '',
    scope: 'installed',
    requested: null,
    dependencies: [],
    resolved: [],
    provides: [],
    evidence: type === 'deb' ? ['var/lib/dpkg/status'] : [],
    location: '',
    recordDigest: '',
    files: [],
    ...fields,
  }
}
