// Brings a newer Node.js from the npm registry into .cache/newer-node, for tests of code that Node.js 20
// cannot run (zstd of node:zlib). Prints the path of its program. Nothing of it becomes a dependency.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = join(root, '.cache', 'newer-node')
const name = `node-${process.platform}-${process.arch}`
const program = join(folder, 'node_modules', name, 'bin', 'node')

if (!existsSync(program)) {
  mkdirSync(folder, { recursive: true })
  const words = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
  execFileSync('npm', [...words, '--prefix', folder, `${name}@24`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
console.log(program)
