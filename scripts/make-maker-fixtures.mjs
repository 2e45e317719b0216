// Builds an image by each maker of fixtures/makers/ and writes its manifest and config there.
import { join } from 'node:path'
import { runTypeScript } from './run-typescript.mjs'

const script = '../test/builders/makers/write-fixtures.ts'
await runTypeScript(join(import.meta.dirname, script), process.argv.slice(2))
