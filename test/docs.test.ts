// Documentation is tested: what exists is described, and what is described exists.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

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
