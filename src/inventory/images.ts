// Facts of images: what their config says, their packages, and which image others are built on.
import { createHash } from 'node:crypto'
import type { ImageCatalog } from '../catalog/index.ts'
import type {
  Dependency,
  Digest,
  ImageFacts,
  ImageSettings,
  InstalledPackage,
  Unknown,
  Verdict,
} from '../core/index.ts'
import { byCodeUnit, isSameImage, parseReference } from '../core/index.ts'
import { digestAt } from './layers.ts'
import { damaged, packBytes, unpackBytes } from './pack.ts'
import { blobAt, integerAt, type Row, textAt, textOrNullAt, textsAt } from './row.ts'
import type { Bound, Store } from './store.ts'

/** What of a catalog the inventory keeps as rows. */
export type CatalogFacts = Pick<ImageCatalog, 'distribution' | 'packages' | 'unknowns'>

/** The layer that brought a package; null when that is not known. */
export type LayerOfPackage = (item: InstalledPackage) => number | null

/** An image whose layers are the bottom layers of another. */
export interface BaseCandidate {
  readonly config: Digest
  readonly manifest: Digest | null
  /** Names it was given by archives and audits, sorted. */
  readonly names: readonly string[]
  readonly layers: number
  /** The config's own JSON text. */
  readonly configText: string
  /** Verdict of its newest audit; null before the first. */
  readonly verdict: Verdict | null
}

/** Stores an image; read again, it replaces what was known of it. One transaction. */
export function writeImage(
  store: Store,
  facts: ImageFacts,
  catalog: CatalogFacts,
  layerOfPackage: LayerOfPackage,
): void {
  store.transaction(() => {
    const imageId = writeImageRow(store, facts, catalog)
    for (const table of DETAIL) store.run(`DELETE FROM ${table} WHERE image_id = ?`, imageId)
    writeConfig(store, imageId, facts)
    writeUnknowns(store, 'image_unknown', imageId, [...facts.unknowns, ...catalog.unknowns])
    writePackages(store, imageId, catalog.packages, layerOfPackage)
  })
}

const DETAIL = [
  'image_layer',
  'image_history',
  'image_label',
  'image_setting',
  'image_attestation',
  'image_unknown',
  'image_package',
]

function writeImageRow(store: Store, facts: ImageFacts, catalog: CatalogFacts): number {
  const { config, manifest, platform, created, author } = facts
  const known = store.row('SELECT names FROM stored_image WHERE config = ?', config)
  const names = new Set([...facts.names, ...(known === undefined ? [] : textsAt(known, 'names'))])
  const row: Record<string, Bound> = {
    config,
    manifest,
    names: JSON.stringify([...names].sort(byCodeUnit)),
    os: platform.os,
    architecture: platform.architecture,
    variant: platform.variant,
    created,
    author,
    annotations: JSON.stringify(facts.annotations),
    config_text: packBytes(Buffer.from(facts.configText)),
    distribution: catalog.distribution === null ? null : JSON.stringify(catalog.distribution),
  }
  const columns = Object.keys(row)
  const updates = columns.slice(1).map((column) => `${column} = excluded.${column}`)
  // an archive without a manifest does not take away what another told
  updates[0] = 'manifest = coalesce(excluded.manifest, manifest)'
  store.run(
    `INSERT INTO stored_image (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
     ON CONFLICT (config) DO UPDATE SET ${updates.join(', ')}`,
    ...Object.values(row),
  )
  return imageIdOf(store, config)
}

/** The id of a stored image. */
export function imageIdOf(store: Store, config: string): number {
  const row = store.row('SELECT id FROM stored_image WHERE config = ?', config)
  if (row === undefined) throw damaged(`image ${config}`)
  return integerAt(row, 'id')
}

function writeConfig(store: Store, imageId: number, facts: ImageFacts): void {
  const image_id = imageId
  for (const [position, { diffId, blob, mediaType, blobSize }] of facts.layers.entries()) {
    const row = { position, diff_id: diffId, blob, media_type: mediaType, blob_size: blobSize }
    store.insert('image_layer', { image_id, ...row })
  }
  for (const [position, entry] of facts.history.entries()) {
    const { created, createdBy, comment, author, emptyLayer } = entry
    const row = { created, created_by: createdBy, comment, author, empty_layer: emptyLayer }
    store.insert('image_history', { image_id, position, ...row })
  }
  for (const [key, value] of Object.entries(facts.settings.labels)) {
    store.insert('image_label', { image_id, key, value }, 'OR REPLACE')
  }
  for (const [name, values] of Object.entries(settingsOf(facts.settings))) {
    for (const [position, value] of values.entries()) {
      store.insert('image_setting', { image_id, name, position, value })
    }
  }
  for (const { digest, predicateType, statement } of facts.attestations) {
    const packed = packBytes(Buffer.from(statement))
    const row = { image_id, digest, predicate_type: predicateType, statement: packed }
    store.insert('image_attestation', row, 'OR IGNORE')
  }
}

function settingsOf(settings: ImageSettings): Readonly<Record<string, readonly string[]>> {
  const one = (value: string): readonly string[] => (value === '' ? [] : [value])
  return {
    env: settings.env,
    entrypoint: settings.entrypoint ?? [],
    cmd: settings.cmd ?? [],
    user: one(settings.user),
    workdir: one(settings.workingDir),
    port: settings.exposedPorts,
    volume: settings.volumes,
    'stop-signal': one(settings.stopSignal),
    shell: settings.shell ?? [],
    healthcheck: one(settings.healthcheck),
    onbuild: settings.onBuild,
  }
}

/** Writes rows of `image_unknown` or `audit_unknown`. */
export function writeUnknowns(
  store: Store,
  table: 'image_unknown' | 'audit_unknown',
  imageId: number,
  unknowns: readonly Unknown[],
): void {
  for (const [position, { subject, place, reader, reason, weight }] of unknowns.entries()) {
    const row = { image_id: imageId, position, subject, place, reader, reason, weight }
    store.insert(table, row)
  }
}

function writePackages(
  store: Store,
  imageId: number,
  packages: readonly InstalledPackage[],
  layerOfPackage: LayerOfPackage,
): void {
  const sorted = [...packages].sort(
    (a, b) => byCodeUnit(a.purl, b.purl) || byCodeUnit(a.location, b.location),
  )
  const positions = new Map<string, number>()
  for (const [position, { purl }] of sorted.entries()) {
    if (!positions.has(purl)) positions.set(purl, position)
  }
  for (const [position, item] of sorted.entries()) {
    store.insert('image_package', {
      image_id: imageId,
      position,
      package_id: packageId(store, item),
      layer: layerOfPackage(item),
      satisfied: JSON.stringify(satisfiedBy(item, sorted, positions)),
    })
  }
}

function packageId(store: Store, item: InstalledPackage): number {
  const row: Record<string, Bound> = {
    type: item.type,
    namespace: item.namespace,
    name: item.name,
    version: item.version,
    architecture: item.architecture,
    purl: item.purl,
    source_name: item.sourceName,
    source_version: item.sourceVersion,
    licences: JSON.stringify(item.licences),
    maintainer: item.maintainer,
    homepage: item.homepage,
    description: item.description,
    state: item.state,
    scope: item.scope,
    requested: item.requested,
    dependencies: JSON.stringify(item.dependencies),
    provides: JSON.stringify(item.provides),
    evidence: JSON.stringify(item.evidence),
    location: item.location,
    record_digest: item.recordDigest,
  }
  const key = createHash('sha256')
    .update(JSON.stringify(Object.values(row)))
    .digest()
  const select = 'SELECT id FROM package WHERE key = ?'
  let found = store.row(select, key)
  if (found === undefined) {
    store.insert('package', { key, ...row })
    found = store.row(select, key)
  }
  if (found === undefined) throw damaged('package')
  return integerAt(found, 'id')
}

/** For each dependency the position of the package in the image that satisfies it, or null. */
function satisfiedBy(
  item: InstalledPackage,
  sorted: readonly InstalledPackage[],
  positions: ReadonlyMap<string, number>,
): (number | null)[] {
  if (item.dependencies.length === 0) return []
  const byName = new Map<string, number>()
  for (const purl of item.resolved) {
    const position = positions.get(purl)
    const other = position === undefined ? undefined : sorted[position]
    if (position === undefined || other === undefined) continue
    const full = `${other.namespace}/${other.name}`
    for (const name of [other.name, full]) byName.set(name, position)
    for (const name of other.provides) {
      const bare = name.replace(/[\s(<>=~].*$/, '')
      if (!byName.has(bare)) byName.set(bare, position)
    }
  }
  return item.dependencies.map((dependency) => firstOf(dependency, byName))
}

function firstOf(dependency: Dependency, byName: ReadonlyMap<string, number>): number | null {
  for (const name of dependency.alternatives) {
    const position = byName.get(name)
    if (position !== undefined) return position
  }
  return null
}

/** The diff_ids of the image with this manifest or config; null when it is not here. */
export function readLayersOf(store: Store, digest: string): Digest[] | null {
  const rows = store.rows(
    `SELECT l.diff_id FROM stored_image i JOIN image_layer l ON l.image_id = i.id
     WHERE i.id = (SELECT min(id) FROM stored_image WHERE ? IN (config, manifest))
     ORDER BY l.position`,
    digest,
  )
  return rows.length === 0 ? null : rows.map((row) => digestAt(row, 'diff_id'))
}

/** The image that a reference names, by its digest, else by a name that it was seen under; null when none is. */
export function readImageNamed(store: Store, reference: string): Digest | null {
  const { digest } = parseReference(reference)
  const rows =
    digest === ''
      ? store.rows('SELECT config, names FROM stored_image ORDER BY config')
      : store.rows('SELECT config FROM stored_image WHERE ? IN (config, manifest)', digest)
  const found = rows.find(
    (row) => digest !== '' || textsAt(row, 'names').some((name) => isSameImage(name, reference)),
  )
  return found === undefined ? null : digestAt(found, 'config')
}

/** Images whose diff_ids are the first ones of this list, and fewer; most layers first. */
export function readBaseCandidates(store: Store, diffIds: readonly string[]): BaseCandidate[] {
  const rows = store.rows(
    `SELECT i.config, i.manifest, i.names, i.config_text, j.reference, j.verdict, f.layers FROM (
       SELECT l.image_id, count(*) AS layers FROM json_each(?) d
       JOIN image_layer l ON l.diff_id = d.value AND l.position = d.key
       GROUP BY l.image_id
     ) f JOIN stored_image i ON i.id = f.image_id LEFT JOIN judgement j ON j.image_id = i.id
     WHERE f.layers < ? AND f.layers = (SELECT count(*) FROM image_layer a WHERE a.image_id = i.id)
     ORDER BY f.layers DESC, i.config`,
    ...[JSON.stringify(diffIds), diffIds.length],
  )
  return rows.map(candidateOf)
}

function candidateOf(row: Row): BaseCandidate {
  const reference = textOrNullAt(row, 'reference') ?? ''
  const names = new Set([...textsAt(row, 'names'), ...(reference === '' ? [] : [reference])])
  return {
    config: digestAt(row, 'config'),
    manifest: row['manifest'] === null ? null : digestAt(row, 'manifest'),
    names: [...names].sort(byCodeUnit),
    layers: integerAt(row, 'layers'),
    configText: unpackBytes(blobAt(row, 'config_text'), textAt(row, 'config')).toString('utf8'),
    verdict: verdictOf(textOrNullAt(row, 'verdict')),
  }
}

const VERDICTS: readonly Verdict[] = ['rebuildable', 'floating', 'drifted', 'orphaned', 'unknown']

function verdictOf(text: string | null): Verdict | null {
  if (text === null) return null
  const found = VERDICTS.find((verdict) => verdict === text)
  if (found === undefined) throw damaged('verdict')
  return found
}
