// Compiles one TypeScript file with what it imports into .cache/scripts and runs its `main(…words)`.
// Node.js 20 strips no types, and the scripts share code with the tests.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Runs `main` of the TypeScript file with these words. */
export async function runTypeScript(file, words) {
  const folder = join(root, '.cache', 'scripts')
  mkdirSync(folder, { recursive: true })
  const project = join(folder, 'tsconfig.json')
  const settings = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { noEmit: false, noCheck: true, rootDir: root, outDir: folder },
    include: [],
    files: [resolve(file)],
  }
  writeFileSync(project, JSON.stringify(settings))
  const require = createRequire(import.meta.url)
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' })
  const compiled = join(folder, relative(root, resolve(file))).replace(/\.ts$/, '.js')
  const { main } = await import(pathToFileURL(compiled).href)
  await main(...words)
}
