// Catalogers as targets of the fuzzer: mutated records give rows or unknowns, in bounded time and
// number, that survive being stored as JSON, and assembling them gives a catalog.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assembleCatalog, CATALOGERS, catalogersFor, catalogFile } from '../../src/catalog/index.ts'
import { filesBelow } from '../support/image-folder.ts'

/** A reader under test: seeds that it reads well, and a run that throws when it misbehaves. */
export interface FuzzTarget {
  readonly name: string
  readonly seeds: () => Promise<Uint8Array[]>
  readonly run: (bytes: Uint8Array) => Promise<void>
}

const FIXTURES = 'fixtures/catalog'
const MAX_ROWS = 100_001

interface Sample {
  readonly path: string
  readonly file: string
}

function samplesOf(id: string): Sample[] {
  const samples: Sample[] = []
  for (const ecosystem of readdirSync(FIXTURES, { withFileTypes: true })) {
    if (!ecosystem.isDirectory()) continue
    for (const name of readdirSync(join(FIXTURES, ecosystem.name))) {
      const root = join(FIXTURES, ecosystem.name, name, 'root')
      for (const path of existsSync(root) ? filesBelow(root) : []) {
        if (!catalogersFor(path).some((cataloger) => cataloger.id === id)) continue
        if (lstatSync(join(root, path)).isFile()) samples.push({ path, file: join(root, path) })
      }
    }
  }
  return samples
}

/** One target a cataloger. */
export const catalogerTargets: readonly FuzzTarget[] = CATALOGERS.map((cataloger) => {
  const samples = samplesOf(cataloger.id)
  const path = samples[0]?.path ?? ''
  return {
    name: `catalog-${cataloger.id}`,
    seeds: async () => samples.slice(0, 20).map((sample) => readFileSync(sample.file)),
    run: async (bytes) => {
      const results = catalogFile(path, bytes)
      for (const { rows } of results) {
        if (rows.length > MAX_ROWS) throw new Error(`${rows.length} rows`)
        // A throw inside a cataloger is caught for users, but is a bug all the same.
        const failed = rows.find(
          (row) => row.kind === 'unknown' && row.reason.startsWith('the cataloger'),
        )
        if (failed !== undefined) throw new Error(JSON.stringify(failed))
        if (JSON.stringify(JSON.parse(JSON.stringify(rows))) !== JSON.stringify(rows)) {
          throw new Error('rows change when they are stored')
        }
      }
      assembleCatalog([{ path, sha256: '0'.repeat(64), results }], { realPath: (each) => each })
    },
  }
})
