// One package as a CycloneDX component, and the evidence that it is there.
import type { Models } from '@cyclonedx/cyclonedx-library'
import { byCodeUnit, type Digest, type ListedPackage } from '../core/index.ts'
import type { Referenced } from './bom-graph.ts'
import { type Licence, readLicence } from './licence.ts'

/** What a component needs besides its package. */
export interface ComponentContext {
  readonly library: typeof import('@cyclonedx/cyclonedx-library')
  readonly layerOf: (entry: ListedPackage) => Digest | null
  /** Licences by declared text: thousands of packages declare the same few. */
  readonly licences: Map<string, Licence | null>
}

const LONGEST_TEXT = 1000
const LONGEST_VERSION = 1024

/** The component of a package. CycloneDX's `scope` stays unsaid (that is: required): it tells what can be called, and bundled code can. */
export function packageComponent(
  context: ComponentContext,
  { ref, entry }: Referenced,
): Models.Component {
  const { Models, Enums } = context.library
  const type =
    entry.scope === 'application' ? Enums.ComponentType.Application : Enums.ComponentType.Library
  const component = new Models.Component(type, entry.name, { bomRef: ref })
  if (entry.type === 'npm' && entry.namespace !== '') component.group = npmScope(entry.namespace)
  if (entry.version !== '') component.version = entry.version.slice(0, LONGEST_VERSION)
  if (entry.purl !== '') component.purl = entry.purl
  const description = oneLine(entry.description)
  if (description !== '') component.description = description
  const maintainer = oneLine(entry.maintainer)
  if (maintainer !== '') component.supplier = new Models.OrganizationalEntity({ name: maintainer })
  if (isWebAddress(entry.homepage))
    component.externalReferences.add(
      new Models.ExternalReference(entry.homepage, Enums.ExternalReferenceType.Website),
    )
  const licences = licencesOf(context, entry)
  addLicences(context, component, licences)
  for (const [name, value] of propertiesOf(entry, licences, context.layerOf(entry)))
    component.properties.add(new Models.Property(name, value))
  return component
}

function npmScope(namespace: string): string {
  const plain = namespace.replace(/^%40/i, '@')
  return plain.startsWith('@') ? plain : `@${plain}`
}

function oneLine(text: string): string {
  return [
    ...text
      .slice(0, LONGEST_TEXT * 2)
      .replace(/\s+/g, ' ')
      .trim(),
  ]
    .slice(0, LONGEST_TEXT)
    .join('')
}

/** Addresses with spaces, braces or text behind them break the schema: RFC 3986 characters only. */
function isWebAddress(text: string): boolean {
  if (text.length > LONGEST_TEXT || !URL.canParse(text)) return false
  return /^https?:\/\/(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})+(?:#(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})*)?$/i.test(
    text,
  )
}

function licencesOf(context: ComponentContext, entry: ListedPackage): Licence[] {
  const isId = (text: string): boolean => context.library.SPDX.isSupportedSpdxId(text)
  const seen = new Map<string, Licence>()
  for (const declared of entry.licences) {
    let licence = context.licences.get(declared)
    if (licence === undefined) {
      licence = readLicence(declared, isId)
      context.licences.set(declared, licence)
    }
    if (licence !== null && !seen.has(licence.value)) seen.set(licence.value, licence)
  }
  return [...seen.values()].toSorted((a, b) => byCodeUnit(a.value, b.value))
}

/** One expression, or a list of ids and names: of several texts nobody said whether they are joined by AND or OR. */
function addLicences(
  { library }: ComponentContext,
  component: Models.Component,
  licences: readonly Licence[],
): void {
  const { Models, Enums } = library
  const acknowledgement = Enums.LicenseAcknowledgement.Declared
  const only = licences.length === 1
  for (const licence of licences) {
    if (licence.kind === 'id')
      component.licenses.add(new Models.SpdxLicense(licence.value, { acknowledgement }))
    else if (licence.kind === 'expression' && only) {
      const expression = new Models.LicenseExpression(licence.value)
      expression.acknowledgement = acknowledgement
      component.licenses.add(expression)
    } else component.licenses.add(new Models.NamedLicense(licence.value, { acknowledgement }))
  }
}

function propertiesOf(
  entry: ListedPackage,
  licences: readonly Licence[],
  layer: Digest | null,
): [string, string][] {
  const rows: [string, string][] = [
    ['assay:type', entry.type],
    ['assay:scope', entry.scope],
    ['assay:location', entry.location],
    ['assay:layer:diff_id', layer ?? ''],
    ['assay:source:name', entry.sourceName],
    ['assay:source:version', entry.sourceName === '' ? '' : entry.sourceVersion],
    ['assay:architecture', entry.architecture],
    ['assay:state', entry.state],
    ['assay:requested', entry.requested === null ? '' : String(entry.requested)],
    ...licences
      .filter(({ from }) => from !== '')
      .map(({ from, value }): [string, string] => [
        'assay:licence:normalised',
        `${from} -> ${value}`,
      ]),
  ]
  return rows.filter(([, value]) => value !== '')
}

/** Where the package was read from. A package database states it; nothing here is guessed, so the confidence is 1. */
export function evidenceOf(entry: ListedPackage): Record<string, unknown> {
  const methods = entry.evidence.map((path) => ({
    technique: 'manifest-analysis',
    confidence: 1,
    value: path,
  }))
  const field = entry.purl === '' ? 'name' : 'purl'
  const value = entry.purl === '' ? entry.name : entry.purl
  const identity = {
    field,
    confidence: 1,
    concludedValue: value,
    ...(methods.length > 0 ? { methods } : {}),
  }
  const places = entry.location === '' ? entry.evidence : [entry.location]
  const occurrences = [...new Set(places)].toSorted(byCodeUnit).map((location) => ({ location }))
  return { identity: [identity], ...(occurrences.length > 0 ? { occurrences } : {}) }
}
