// The packages of an image as CycloneDX JSON 1.6 or 1.7 (cyclonedx.org/specification/overview).
// The library makes the model; it lacks evidence.identity, occurrences and compositions, and sorts
// by locale, so these are put in and everything is ordered here. Equal content, equal bytes.
import type { Models } from '@cyclonedx/cyclonedx-library'
import {
  byCodeUnit,
  type Digest,
  type Distribution,
  type ListedPackage,
  platformText,
  printable,
  type Unknown,
} from '../core/index.ts'
import { type BomGraph, graphOf, type Referenced, referPackages } from './bom-graph.ts'
import { imageName, imagePurl, instantOf, type SbomImage, uuidOf } from './bom-root.ts'
import { type ComponentContext, evidenceOf, packageComponent } from './cyclonedx-component.ts'
import { safeJson } from './json.ts'
import { keyed, orderUnknowns } from './order.ts'

type Library = typeof import('@cyclonedx/cyclonedx-library')

/** What an SBOM is made of. */
export interface SbomInput {
  /** As the user named the image; only its last part is ever written, and only when the image has no name. */
  readonly reference: string
  readonly image: SbomImage
  readonly distribution: Distribution | null
  readonly packages: readonly ListedPackage[]
  /** The layer that brought a package; null when it is not known. */
  readonly layerOf: (entry: ListedPackage) => Digest | null
  readonly unknown: readonly Unknown[]
  readonly version: '1.6' | '1.7'
  /** RFC 3339; '' for the image's own date of creation. */
  readonly at: string
  /** Version of Assay. */
  readonly toolVersion: string
}

/** The SBOM as indented JSON; ends with a line feed. */
export async function renderCycloneDx(input: SbomInput): Promise<string> {
  const library = await import('@cyclonedx/cyclonedx-library')
  const rootRef = imagePurl(input.image) ?? `oci-image:${input.image.config}`
  const systemRef = input.distribution === null ? null : systemRefOf(input.distribution)
  const packages = referPackages(input.packages, [
    rootRef,
    ...(systemRef === null ? [] : [systemRef]),
  ])
  const graph = graphOf(rootRef, systemRef, packages)
  const bom = modelOf(library, input, packages, rootRef, systemRef)
  const specification = input.version === '1.7' ? library.Spec.Spec1dot7 : library.Spec.Spec1dot6
  const plain: unknown = new library.Serialize.JSON.Normalize.Factory(specification)
    .makeForBom()
    .normalize(bom, { sortLists: true })
  const document = spliced(plain, input, packages, graph, rootRef)
  document['serialNumber'] = `urn:uuid:${uuidOf(JSON.stringify(inOrder(document)))}`
  return `${safeJson(inOrder(document), 2)}\n`
}

function systemRefOf(distribution: Distribution): string {
  return `os:${distribution.id}@${distribution.versionId}`
}

function modelOf(
  library: Library,
  input: SbomInput,
  packages: readonly Referenced[],
  rootRef: string,
  systemRef: string | null,
): Models.Bom {
  const { Models, Enums } = library
  const bom = new Models.Bom({ version: 1 })
  const instant = instantOf(input.at) ?? instantOf(input.image.created)
  if (instant !== null) bom.metadata.timestamp = new Date(instant)
  bom.metadata.lifecycles.add(Enums.LifecyclePhase.PostBuild)
  bom.metadata.tools.components.add(
    new Models.Component(Enums.ComponentType.Application, 'assay', {
      bomRef: `tool:assay@${input.toolVersion}`,
      version: input.toolVersion,
    }),
  )
  for (const row of orderUnknowns(input.unknown)) {
    const place = [row.subject, row.place].filter((part) => part !== '').join(' ')
    bom.metadata.properties.add(
      new Models.Property('assay:unknown', printable(`${place}: ${row.reason} (${row.reader})`)),
    )
  }
  bom.metadata.component = rootComponent(library, input, rootRef)
  if (systemRef !== null && input.distribution !== null)
    bom.components.add(systemComponent(library, input.distribution, systemRef))
  const context: ComponentContext = { library, layerOf: input.layerOf, licences: new Map() }
  for (const entry of packages) bom.components.add(packageComponent(context, entry))
  return bom
}

function rootComponent(library: Library, input: SbomInput, ref: string): Models.Component {
  const { Models, Enums } = library
  const { image } = input
  const component = new Models.Component(
    Enums.ComponentType.Container,
    imageName(image, input.reference),
    { bomRef: ref, version: image.manifest ?? image.config },
  )
  const purl = imagePurl(image)
  if (purl !== null) component.purl = purl
  const properties: [string, string][] = [
    ['assay:image:config', image.config],
    ['assay:image:manifest', image.manifest ?? ''],
    ['assay:image:platform', platformText(image.platform)],
    ...image.names.map((name): [string, string] => ['assay:image:name', name]),
    ...image.layers.map(({ diffId }, position): [string, string] => [
      `assay:image:layer:${String(position).padStart(3, '0')}`,
      diffId,
    ]),
  ]
  for (const [name, value] of properties)
    if (value !== '') component.properties.add(new Models.Property(name, value))
  return component
}

function systemComponent(
  library: Library,
  distribution: Distribution,
  ref: string,
): Models.Component {
  const { Models, Enums } = library
  const name = distribution.id === '' ? 'linux' : distribution.id
  const component = new Models.Component(Enums.ComponentType.OperatingSystem, name, { bomRef: ref })
  if (distribution.versionId !== '') component.version = distribution.versionId
  if (distribution.prettyName !== '') component.description = distribution.prettyName
  if (distribution.codename !== '')
    component.properties.add(new Models.Property('assay:codename', distribution.codename))
  return component
}

type Plain = Record<string, unknown>

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Puts in what the library's model has no place for. */
function spliced(
  plain: unknown,
  input: SbomInput,
  packages: readonly Referenced[],
  graph: BomGraph,
  root: string,
): Plain {
  const document: Plain = isPlain(plain) ? { ...plain } : {}
  const byRef = new Map(packages.map((entry) => [entry.ref, entry.entry]))
  const listed = Array.isArray(document['components']) ? document['components'] : []
  document['components'] = keyed(listed.filter(isPlain), (component) => [
    String(component['bom-ref']),
  ]).map((component) => {
    const entry = byRef.get(String(component['bom-ref']))
    const sorted = withSortedSets(component)
    if (entry !== undefined) sorted['evidence'] = evidenceOf(entry)
    return sorted
  })
  const metadata = isPlain(document['metadata']) ? withSortedSets(document['metadata']) : {}
  if (isPlain(metadata['component'])) metadata['component'] = withSortedSets(metadata['component'])
  document['metadata'] = metadata
  document['dependencies'] = [...graph.edges]
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([ref, dependsOn]) => ({ ref, dependsOn }))
  document['compositions'] = compositionsOf(input, graph, root)
  return document
}

/** Never "complete" for the image: software that no cataloger knows leaves no trace here. */
function compositionsOf(input: SbomInput, graph: BomGraph, root: string): Plain[] {
  const rows: Plain[] = [
    { aggregate: input.unknown.length > 0 ? 'incomplete' : 'unknown', assemblies: [root] },
  ]
  if (graph.complete.length > 0)
    rows.push({ aggregate: 'complete', dependencies: [...graph.complete] })
  if (graph.incomplete.length > 0)
    rows.push({ aggregate: 'incomplete', dependencies: [...graph.incomplete] })
  return rows
}

const TOP = [
  '$schema',
  'bomFormat',
  'specVersion',
  'serialNumber',
  'version',
  'metadata',
  'components',
  'dependencies',
  'compositions',
]

/** Top-level keys as readers expect them. */
function inOrder(document: Plain): Plain {
  const ordered: Plain = {}
  for (const key of [...TOP, ...Object.keys(document)])
    if (document[key] !== undefined) ordered[key] = document[key]
  return ordered
}

const SETS = ['properties', 'licenses', 'externalReferences'] as const

/** The object with the sets that the library sorted by locale sorted by code unit. */
function withSortedSets(value: Plain): Plain {
  const sorted: Plain = { ...value }
  for (const key of SETS) {
    const rows = sorted[key]
    if (Array.isArray(rows) && rows.length > 1)
      sorted[key] = keyed(rows, (row) => [JSON.stringify(row)])
  }
  return sorted
}
