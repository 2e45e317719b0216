// Writes dist/rules.json: the rules of rules/*.yaml, checked, without their examples. Reading the
// YAML of every rule takes longer than auditing a small image. Runs after the compiler.
import { writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Compiles `<root>/rules` with the loader in `<dist>/rule/`; throws when a rule is broken. */
export async function compileRules(root, dist) {
  const { loadFolder } = await import(pathToFileURL(join(dist, 'rule', 'index.js')).href)
  const { rules, problems } = loadFolder(join(root, 'rules'))
  if (problems.length > 0) {
    const lines = problems.map(
      ({ file, line, column, reason }) => `${file}:${line}:${column}: ${reason}`,
    )
    throw new Error(`rules cannot be compiled\n${lines.join('\n')}`)
  }
  // No path of the machine that builds: the file goes into the package.
  const portable = rules.map((rule) => ({ ...rule, file: `rules/${basename(rule.file)}` }))
  writeFileSync(join(dist, 'rules.json'), `${JSON.stringify({ rules: portable })}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  await compileRules(root, process.argv[2] ?? join(root, 'dist'))
}
