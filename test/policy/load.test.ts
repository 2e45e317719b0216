// assay.yaml on disk, and the published schema of it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadPolicy, policyJsonSchema } from '../../src/policy/index.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-policy-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a file', () => {
  it('is read, its paths beside it', () => {
    const file = join(folder, 'assay.yaml')
    writeFileSync(file, 'repositories: [clones]\n')
    expect(loadPolicy(file).repositories).toEqual([
      { name: 'clones', path: join(folder, 'clones'), line: 1 },
    ])
  })

  it('that is not there, is a folder, is too large or no UTF-8 is named', () => {
    const large = join(folder, 'large.yaml')
    writeFileSync(large, Buffer.alloc(256 * 1024 + 1, '#'))
    const bytes = join(folder, 'bytes.yaml')
    writeFileSync(bytes, Buffer.from([0x61, 0xff]))
    for (const file of [join(folder, 'none'), folder, large, bytes]) {
      expect(() => loadPolicy(file)).toThrow(/the policy cannot be read/)
    }
  })
})

describe('docs/schema/assay-yaml.schema.json', () => {
  const path = join(import.meta.dirname, '../../docs/schema/assay-yaml.schema.json')
  const published: unknown = JSON.parse(readFileSync(path, 'utf8'))

  it('is what npm run docs writes', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())))
  })

  it('accepts what Assay accepts and refuses what it refuses', () => {
    const valid = new Ajv2020({ strict: false }).compile(policyJsonSchema())
    const image = { match: 'a', repository: 'b', arguments: { PORT: 8080 } }
    expect(
      valid({ images: [image], repositories: ['c'], artifacts: [{ path: 'd', by: 'e' }] }),
    ).toBe(true)
    expect(valid({ images: [{ match: 'a' }] })).toBe(false)
    expect(valid({ waivers: [] })).toBe(false)
    expect(valid({ artifacts: [{ path: 'd' }] })).toBe(false)
  })
})
