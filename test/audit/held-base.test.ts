// Bases that are not there as they were: their layers written again, merged into one, or with triggers of their own.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { audit, TRUST_NOBODY } from '../../src/audit/index.ts'
import type { AuditResult } from '../../src/core/index.ts'
import { prepareExample } from '../support/example.ts'
import { type ImageSpecification, type Member, writeOciLayout } from '../support/image.ts'

const DOCKERFILE = 'FROM base:1\nCOPY run /app/run\n'
const old = { mtime: new Date(1000) }
const program = (name: string, content = `\x7fELF${name}`): Member => ({
  ...old,
  name: `bin/${name}`,
  content,
  mode: 0o755,
})
const PROGRAMS = ['one', 'two', 'three'].map((name) => program(name))
const HOSTS: Member = { ...old, name: 'etc/hosts', content: 'localhost\n' }
const ROOT: readonly Member[] = [HOSTS, program('tool'), ...PROGRAMS]
const RUN: Member = { name: 'app/run', content: 'x\n' }
const BASE: ImageSpecification = {
  layers: [{ members: ROOT }],
  history: [{ created_by: 'ADD root.tar / # buildkit', comment: 'buildkit.dockerfile.v0' }],
  config: { OnBuild: ['COPY conf /etc/conf'] },
}

async function audited(image: ImageSpecification): Promise<AuditResult> {
  const ready = await prepareExample({
    name: 'a base that is not there as it was',
    expect: 'clean',
    repository: {
      files: { Dockerfile: DOCKERFILE, run: 'x\n', conf: 'c\n' },
      modified: {},
      untracked: {},
    },
  })
  try {
    const base = await writeOciLayout(join(ready.folder, 'base'), BASE)
    const reference = await writeOciLayout(join(ready.folder, 'app'), image)
    const { results } = await audit({
      image: {
        reference,
        stdin: null,
        platform: null,
        name: null,
        verify: false,
        threads: 0,
        progress: () => {},
      },
      description: {
        source: `${ready.source}#HEAD`,
        dockerfile: null,
        context: null,
        target: null,
        arguments: {},
      },
      base,
      repositories: [],
      archives: [],
      trust: TRUST_NOBODY,
      policy: null,
      lock: null,
      db: join(ready.folder, 'inventory.db'),
      rules: [],
      at: '2026-01-02T00:00:00Z',
    })
    const [result] = results
    if (result === undefined) throw new Error('no image was audited')
    return result
  } finally {
    ready.remove()
  }
}

const named = ({ changes }: AuditResult) => changes.map(({ kind, subject }) => `${kind} ${subject}`)
const CONF: Member = { name: 'etc/conf', content: 'c\n' }

describe('a base', () => {
  const built = (layer: readonly Member[]): ImageSpecification => ({
    layers: [{ members: layer }, { members: [CONF] }, { members: [RUN] }],
    history: [
      { created: '0001-01-01T00:00:00Z', created_by: 'ADD root.tar / # buildkit' },
      { created: '0001-01-01T00:00:00Z', created_by: 'COPY conf /etc/conf' },
      { created: '0001-01-01T00:00:00Z', created_by: 'COPY run /app/run' },
    ],
  })

  it('whose layers have other times is the base all the same', async () => {
    const result = await audited(built(ROOT.map((member) => ({ ...member, mtime: new Date(0) }))))
    expect(named(result)).toEqual([])
    expect(result.base).toMatchObject({ layers: 1, strength: 'consistent' })
    expect(result.unknown.filter(({ reader }) => reader === 'base')).toEqual([])
  })

  it('of which one byte differs is not', async () => {
    const edited = { ...HOSTS, content: 'LOCALhost\n' }
    const result = await audited(built([edited, ...ROOT.slice(1)]))
    expect(result.base?.strength).not.toBe('consistent')
    expect(result.unknown.map(({ reason }) => reason).join()).toContain('not the first ones')
  })

  it('with triggers gives steps that are no change', async () => {
    const result = await audited({
      layers: [{ members: ROOT }, { members: [CONF] }, { members: [RUN] }],
      history: [
        ...(BASE.history ?? []),
        { created_by: 'COPY conf /etc/conf # buildkit', comment: 'buildkit.dockerfile.v0' },
        { created_by: 'COPY run /app/run # buildkit', comment: 'buildkit.dockerfile.v0' },
      ],
    })
    expect(named(result)).toEqual([])
    expect(result.steps.map(({ alignment, line }) => [alignment, line])).toEqual([
      ['base', null],
      ['same', 1],
      ['same', 2],
    ])
  })

  it('that was merged with all above it is found in the one layer', async () => {
    const squashed = (members: readonly Member[]): ImageSpecification => ({
      layers: [{ members: [...members, CONF, RUN] }],
      history: [{ created: '2026-01-01T00:00:00Z', comment: '' }],
    })
    const clean = await audited(squashed(ROOT))
    expect(named(clean)).toEqual([])
    expect(clean.base).toMatchObject({ strength: 'consistent', layers: 0 })
    expect(clean.unknown.filter(({ reader }) => reader === 'base')).toEqual([])
    const spoiled = await audited(squashed([program('tool', '\x7fELFTOOL'), ...PROGRAMS]))
    expect(named(spoiled)).toEqual(['modified bin/tool', 'deleted etc/hosts'])
  })
})
