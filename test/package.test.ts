// What `npm pack` gives installs into an empty folder and runs. So that it needs no network and no minutes, the
// checkout's lock file names the versions and its compiled binding is lent; scripts/check-package.mjs does without.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { expectFailure } from './cli/expectations.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'assay-package-'))
const place = join(folder, 'empty')
const BINDING = 'build/Release/better_sqlite3.node'

function npm(words: readonly string[]): string {
  return execFileSync('npm', words, {
    cwd: place,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function run(words: readonly string[]) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ASSAY_DB: join(folder, 'a.db') }
  const options = { cwd: place, env, encoding: 'utf8' } as const
  return spawnSync(join(place, 'node_modules/.bin/assay'), words, options)
}

let packed: string[] = []

beforeAll(() => {
  mkdirSync(place)
  const listed: unknown = JSON.parse(
    npm(['pack', root, '--ignore-scripts', '--json', '--pack-destination', folder]),
  )
  packed = filesOf(listed)
  writeProject(`file:${join(folder, fileNameOf(listed))}`)
  npm(['ci', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const lockSchema = z.object({
  lockfileVersion: z.number(),
  packages: z.record(z.string(), z.looseObject({ dev: z.boolean().optional() })),
})

/** A project that depends on the package alone, in the versions that the checkout has. */
function writeProject(reference: string): void {
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  const project = { name: 'empty', version: '1.0.0', dependencies: { assay: reference } }
  const { devDependencies: _, ...assay } = lock.packages[''] ?? {}
  const others = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev)
  const packages = {
    '': project,
    'node_modules/assay': { ...assay, resolved: reference },
    ...Object.fromEntries(others),
  }
  const { lockfileVersion } = lock
  const locked = { name: 'empty', version: '1.0.0', lockfileVersion, requires: true, packages }
  writeFileSync(join(place, 'package.json'), JSON.stringify(project))
  writeFileSync(join(place, 'package-lock.json'), JSON.stringify(locked))
}

/** npm 12 gives an object by name, older ones a list. */
function firstOf(listed: unknown): Record<string, unknown> {
  const [first] = Object.values(listed as object)
  return first as Record<string, unknown>
}

function fileNameOf(listed: unknown): string {
  return String(firstOf(listed)['filename'])
}

function filesOf(listed: unknown): string[] {
  const { files } = firstOf(listed)
  return Array.isArray(files) ? files.map(({ path }: { path: unknown }) => String(path)).sort() : []
}

describe('the package', () => {
  it('holds the program, its rules and its documentation, and nothing else', () => {
    const tops = new Set(packed.map((path) => path.split('/')[0]))
    expect([...tops].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'package.json',
      'rules',
    ])
    expect(packed).toContain('dist/cli/main.js')
    expect(packed).toContain('dist/layer/worker.js')
    expect(packed.some((path) => path.endsWith('.sql'))).toBe(true)
    expect(packed.filter((path) => /\.ts$/.test(path) && !path.endsWith('.d.ts'))).toEqual([])
  })

  it('tells its version', () => {
    const { version } = createRequire(import.meta.url)(join(root, 'package.json'))
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('says in one line which packages are needed where better-sqlite3 was not compiled', () => {
    const result = run(['audit', join(root, 'fixtures/images/clean.tar.gz')])
    expectFailure(result, 2, /better-sqlite3.* is not built\n {2}install python3, make and g\+\+/)
  })

  it('audits the fixture', () => {
    const own = join(
      dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json')),
      BINDING,
    )
    expect(existsSync(own)).toBe(true)
    cpSync(own, join(place, 'node_modules/better-sqlite3', BINDING))
    const words = ['--source', join(root, 'fixtures/app.bundle'), '--fail-on', 'drift']
    const result = run(['audit', join(root, 'fixtures/images/drifted.tar.gz'), ...words])
    expect(result.stderr).toBe('')
    expect(result.stdout).toMatch(/^DRIFTED/)
    expect(result.status).toBe(1)
  })

  it('knows its rules', () => {
    expect(run(['rules', 'list']).stdout).toMatch(/^D01 /m)
  })

  it('is a library as well', () => {
    const script = "import * as assay from 'assay'; console.log(typeof assay.audit)"
    const words = ['--input-type=module', '-e', script]
    const output = execFileSync(process.execPath, words, { cwd: place, encoding: 'utf8' })
    expect(output).toBe('function\n')
  })
})
