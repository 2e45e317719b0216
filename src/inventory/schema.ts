// The versions of the inventory's schema and the steps between them. A step is never edited
// once released: fixtures/schema/ holds a frozen database of each version, and a test opens them.
import { readFileSync } from 'node:fs'

/** `application_id` of an inventory in the SQLite header: "Assy". */
export const APPLICATION_ID = 0x41737379

/** Steps in order: the first makes version 1 from an empty file, the next version 2 from 1, … */
const STEPS: readonly (() => string)[] = [
  () => sqlFile('schema-1.sql'),
  () => sqlFile('schema-2.sql'),
]

/** The schema version this program reads and writes. */
export const SCHEMA_VERSION = STEPS.length

/** The SQL that brings a database of version `from` (0: empty) to the newest version. */
export function migrationSql(from: number): string {
  return STEPS.slice(from)
    .map((step) => step())
    .join('\n')
}

function sqlFile(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}
