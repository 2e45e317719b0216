// Makes fixtures/images and fixtures/app.bundle anew (fixtures/README.md), or the same in another folder:
// root, docker.io, mmdebstrap, zopfli.
import { join } from 'node:path'
import { runTypeScript } from './run-typescript.mjs'

await runTypeScript(
  join(import.meta.dirname, '../test/builders/fixture-pair.ts'),
  process.argv.slice(2),
)
