// Writes the documentation that is made from the code. Run after npm run build; tests fail when
// a generated file is stale.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = process.argv[2] ?? join(root, 'dist')
const { renderSchemaDocs } = await import(pathToFileURL(join(dist, 'inventory', 'index.js')).href)
const { policyJsonSchema } = await import(pathToFileURL(join(dist, 'policy', 'index.js')).href)

/** Generated file and its text. */
const documents = [
  ['docs/schema.md', renderSchemaDocs()],
  ['docs/schema/assay-yaml.schema.json', `${JSON.stringify(policyJsonSchema(), null, 2)}\n`],
]

for (const [path, text] of documents) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
