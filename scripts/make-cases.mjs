// Makes the images of the builder tests in a folder, with cases.json, for work on the audit itself.
import { join } from 'node:path'
import { runTypeScript } from './run-typescript.mjs'

await runTypeScript(
  join(import.meta.dirname, '../test/builders/write-cases.ts'),
  process.argv.slice(2),
)
