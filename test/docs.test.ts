// Documentation is tested: what exists is described, and what is described exists.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { makerTable } from './builders/makers/table.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('README.md', () => {
  const readme = read('README.md')
  const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)]
  const commands = blocks.filter(([, kind]) => kind === 'sh').map(([, , text = '']) => text.trim())

  it('has two commands, each one line that stands alone', () => {
    expect(commands).toHaveLength(2)
    for (const command of commands) expect(command).toMatch(/^npm ci && [^\n]+$/)
  })

  it('shows what its first command prints, and names the status', () => {
    const words = (commands[0] ?? '').replace('npm ci && npx assay ', '').split(' ')
    const folder = mkdtempSync(join(tmpdir(), 'assay-readme-'))
    const result = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...words], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, ASSAY_DB: join(folder, 'inventory.db'), SOURCE_DATE_EPOCH: '' },
    })
    rmSync(folder, { recursive: true, force: true })
    expect(result.stderr).toBe('')
    expect(result.status).toBe(1)
    const shown = blocks.find(([, kind]) => kind === 'text')?.[2]?.split('\n') ?? []
    const printed = new Set(result.stdout.split('\n'))
    expect(shown.length).toBeGreaterThan(20)
    expect(shown.filter((line) => !printed.has(line))).toEqual([])
  })

  it('names every command and every exit status', () => {
    const main = read('src/cli/main.ts')
    const names = [...main.matchAll(/'\.\/command\/(\w+)\.ts'/g)].map(([, name]) => name)
    expect(names.length).toBeGreaterThan(3)
    for (const name of names) expect(readme).toContain(`assay ${name} `)
    const statuses = /type ExitStatus = ([\d |]+)/.exec(read('src/cli/exit.ts'))?.[1] ?? ''
    for (const status of statuses.split(' | ')) expect(readme).toContain(`| ${status} |`)
  })
})

describe('docs/dependencies.md', () => {
  const manifest = z
    .object({
      dependencies: z.record(z.string(), z.string()),
      devDependencies: z.record(z.string(), z.string()),
    })
    .parse(JSON.parse(read('package.json')))
  const [runtime = '', development = ''] = read('docs/dependencies.md').split('## For development')
  const named = (text: string): string[] =>
    [...text.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    )

  it('gives a reason for each dependency, and none for others', () => {
    expect(named(runtime)).toEqual(Object.keys(manifest.dependencies).sort())
    const others = Object.keys(manifest.devDependencies).filter(
      (name) => !name.startsWith('@types/'),
    )
    expect(named(development).filter((name) => name !== '@types/*')).toEqual(others.sort())
  })

  it('each runtime dependency is used', () => {
    const folder = join(root, 'src')
    const text = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(folder, path), 'utf8'))
      .join('\n')
    const unused = Object.keys(manifest.dependencies).filter(
      (name) => !text.includes(`'${name}'`) && !text.includes(`'${name}/`),
    )
    expect(unused).toEqual([])
  })
})

describe('docs/accuracy.md', () => {
  it('says of every maker what its marks were proven on, or what was tried', () => {
    expect(read('docs/accuracy.md')).toContain(makerTable())
  })
})
