// Compiles src to dist and copies what is data: SQL files lie beside the code that reads them.
// The new dist replaces the old one whole, so that what runs from it meanwhile never sees half.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileRules } from './compile-rules.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const require = createRequire(import.meta.url)
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
const dist = join(root, 'dist')
const made = join(root, `dist.${process.pid}`)

try {
  const words = [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', made]
  execFileSync(process.execPath, words, { stdio: 'inherit' })
  cpSync(join(root, 'src'), made, {
    recursive: true,
    filter: (source) => !source.endsWith('.ts'),
  })
  chmodSync(join(made, 'cli', 'main.js'), 0o755)
  await compileRules(root, made)
  rmSync(dist, { recursive: true, force: true })
  renameSync(made, dist)
} catch (thrown) {
  rmSync(made, { recursive: true, force: true })
  // The compiler has said what is wrong; anything else has not.
  if (thrown?.status === undefined) throw thrown
  process.exit(1)
}
