// Packs Assay, installs it with its install scripts into an empty folder and runs it: what a user's npm does.
// Compiles better-sqlite3 where no prebuilt binary is to be had, which takes a minute or two.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = mkdtempSync(join(tmpdir(), 'assay-package-'))
const place = join(folder, 'empty')

function npm(...words) {
  return execFileSync('npm', words, { cwd: place, encoding: 'utf8' })
}

try {
  mkdirSync(place)
  npm('init', '--yes')
  // npm 12 runs an install script only where the folder allows it; older ones know the setting as unknown.
  npm('pkg', 'set', 'allowScripts.better-sqlite3=true', '--json')
  const listed = npm('pack', root, '--ignore-scripts', '--json', '--pack-destination', folder)
  const [{ filename }] = Object.values(JSON.parse(listed))
  const start = performance.now()
  npm('install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, filename))
  console.log(`installed in ${Math.round((performance.now() - start) / 1000)} s`)
  console.log(`assay ${npm('exec', '--', 'assay', '--version').trim()}`)
  const words = ['--source', join(root, 'fixtures/app.bundle'), '--db', join(folder, 'a.db')]
  const image = join(root, 'fixtures/images/drifted.tar.gz')
  const program = join(place, 'node_modules', '.bin', 'assay')
  const audit = spawnSync(program, ['audit', image, ...words], { encoding: 'utf8' })
  console.log(audit.stdout.split('\n', 1)[0])
  process.stderr.write(audit.stderr)
  if (audit.status !== 1) throw new Error(`audit ended with ${audit.status} instead of 1`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
