// Builds the corpus of real images, audits it and writes docs/accuracy.md (test/builders/corpus.ts).
import { join } from 'node:path'
import { runTypeScript } from './run-typescript.mjs'

await runTypeScript(join(import.meta.dirname, '../test/builders/corpus.ts'), process.argv.slice(2))
