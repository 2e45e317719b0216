// The known image that is most like another: by the packages that both have, then by their first layers.
import type { Digest } from '../core/index.ts'
import { digestAt } from './layers.ts'
import { integerAt, textAt, textOrNullAt, textsAt } from './row.ts'
import type { Store } from './store.ts'

/** What is looked for. */
export interface RelativeQuery {
  /** The image itself, which is not its own relative. */
  readonly config: Digest
  readonly diffIds: readonly Digest[]
  /** Purls of its packages, each once. */
  readonly purls: readonly string[]
}

/** The nearest relative. */
export interface NearestImage {
  readonly config: Digest
  /** A name it was seen under; ''. */
  readonly reference: string
  /** '' before its first audit. */
  readonly verdict: string
  /** First layers that both have. */
  readonly layers: number
  readonly shared: number
  /** Distinct purls of either. */
  readonly all: number
  /** Purls of the relative, sorted, each once. */
  readonly purls: readonly string[]
}

/** Images that share the most are looked at closely. */
const CLOSEST = 20

/** The image of the inventory that shares the most; null when none shares a package or a layer. */
export function readNearest(store: Store, query: RelativeQuery): NearestImage | null {
  const rows = store.rows(
    `WITH alike AS (
       SELECT i.image_id, count(DISTINCT p.purl) AS shared, 0 AS layers
       FROM json_each(?) w JOIN package p ON p.purl = w.value
       JOIN image_package i ON i.package_id = p.id GROUP BY i.image_id
       UNION ALL
       SELECT l.image_id, 0, count(*) FROM json_each(?) d
       JOIN image_layer l ON l.diff_id = d.value AND l.position = d.key GROUP BY l.image_id
     )
     SELECT a.image_id, i.config, i.names, j.reference, j.verdict, sum(shared) AS shared, sum(a.layers) AS layers
     FROM alike a JOIN stored_image i ON i.id = a.image_id
     LEFT JOIN judgement j ON j.image_id = i.id
     WHERE i.config <> ? GROUP BY a.image_id
     ORDER BY sum(shared) DESC, sum(a.layers) DESC, i.config LIMIT ${CLOSEST}`,
    ...[JSON.stringify(query.purls), JSON.stringify(query.diffIds), query.config],
  )
  let best: NearestImage | null = null
  for (const row of rows) {
    const purls = purlsOf(store, integerAt(row, 'image_id'))
    const shared = integerAt(row, 'shared')
    const found: NearestImage = {
      config: digestAt(row, 'config'),
      reference: textsAt(row, 'names')[0] ?? textOrNullAt(row, 'reference') ?? '',
      verdict: row['verdict'] === null ? '' : textAt(row, 'verdict'),
      layers: integerAt(row, 'layers'),
      shared,
      all: query.purls.length + purls.length - shared,
      purls,
    }
    if (best === null || isNearer(found, best)) best = found
  }
  return best
}

/** Purls of the packages of a stored image, each once, sorted. */
export function readPurls(store: Store, config: Digest): readonly string[] {
  const row = store.row('SELECT id FROM stored_image WHERE config = ?', config)
  return row === undefined ? [] : purlsOf(store, integerAt(row, 'id'))
}

function purlsOf(store: Store, imageId: number): readonly string[] {
  const rows = store.rows(
    `SELECT DISTINCT p.purl FROM image_package i JOIN package p ON p.id = i.package_id
     WHERE i.image_id = ? ORDER BY p.purl`,
    imageId,
  )
  return rows.map((row) => textAt(row, 'purl'))
}

function isNearer(a: NearestImage, b: NearestImage): boolean {
  const difference = likeness(a) - likeness(b)
  return difference > 0 || (difference === 0 && a.layers > b.layers)
}

function likeness({ shared, all }: NearestImage): number {
  return all === 0 ? 0 : shared / all
}
