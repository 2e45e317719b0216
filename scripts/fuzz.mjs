// Mutated inputs for every reader: npm run fuzz [-- --seed N --runs N --target NAME --input N].
import { join } from 'node:path'
import { runTypeScript } from './run-typescript.mjs'

await runTypeScript(join(import.meta.dirname, '../test/fuzz/main.ts'), process.argv.slice(2))
