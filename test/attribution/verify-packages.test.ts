// Packages held against their own archives: what a record that was rewritten with its file cannot hide.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type ArchiveOf, verifyPackages } from '../../src/attribution/index.ts'
import type { Entry } from '../../src/core/index.ts'
import {
  built,
  type Deb,
  file,
  judge,
  link,
  program,
  statusWith,
  unpacked,
} from '../support/attribution.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
type Member = {
  readonly kind: 'file' | 'directory'
  readonly sha256: string
  readonly target: string
}
const archived = (text: string): Member => ({ kind: 'file', sha256: sha256(text), target: '' })
const folder: Member = { kind: 'directory', sha256: '', target: '' }

const yaml: Deb = { name: 'libyaml-0-2', files: [program('usr/lib/libyaml-0.so.2', 'yaml')] }
const patched: Deb = { name: 'libyaml-0-2', files: [program('usr/lib/libyaml-0.so.2', 'PATCHED')] }
const INSTALL = 'apt-get install -y libyaml-0-2=1.0-1'

const WHOLE = new Map<string, Member>([
  ['usr/lib', folder],
  ['usr/lib/libyaml-0.so.2', { ...folder, kind: 'file', sha256: yaml.files[0]?.sha256 ?? '' }],
])

const only =
  (name: string, members: ReadonlyMap<string, Member>, hasScripts = false): ArchiveOf =>
  async (item) =>
    item.name === name ? { place: `${name}.archive`, members, hasScripts } : null

async function verified(deb: Deb, archiveOf: ArchiveOf, ...more: readonly Entry[]) {
  const judged = await judge({
    dockerfile: `FROM debian:12\nRUN ${INSTALL}\n`,
    layers: [built(`RUN /bin/sh -c ${INSTALL}`, statusWith(deb), ...unpacked(deb), ...more)],
  })
  expect(judged.named, 'without archives nothing is seen').toEqual([])
  const { attribution, verification } = await verifyPackages(judged, archiveOf)
  const origin = attribution.files.find(({ path }) => path === 'usr/lib/libyaml-0.so.2')
  return {
    verification,
    origin: `${origin?.origin} ${origin?.strength}`,
    named: attribution.changes.map(({ kind, path }) => `${kind} ${path}`),
  }
}

describe('a Debian package', () => {
  it('that is as in its archive is proved', async () => {
    const { named, origin, verification } = await verified(yaml, only('libyaml-0-2', WHOLE))
    expect(named).toEqual([])
    expect(origin).toBe('package proved')
    expect(verification).toMatchObject({ equal: 1, differing: [] })
    expect(verification.absent.length).toBeGreaterThan(0)
  })

  it('that was patched together with its record is found', async () => {
    const { named, origin, verification } = await verified(patched, only('libyaml-0-2', WHOLE))
    expect(named).toEqual(['modified usr/lib/libyaml-0.so.2'])
    expect(origin).toBe('package-modified proved')
    expect(verification.differing).toHaveLength(1)
  })

  it('whose record claims a file more is found', async () => {
    const more: Deb = { ...yaml, files: [...yaml.files, program('usr/bin/backdoor', 'x')] }
    const { named } = await verified(more, only('libyaml-0-2', WHOLE))
    expect(named).toEqual(['added usr/bin/backdoor'])
  })

  it('whose record claims a file less is found', async () => {
    const members = new Map([...WHOLE, ['usr/lib/libyaml.so', archived('gone')]])
    const { named } = await verified(yaml, only('libyaml-0-2', members))
    expect(named).toEqual(['deleted usr/lib/libyaml.so'])
  })

  it('may have a folder of the archive replaced by a link', async () => {
    const more: Deb = { ...yaml, files: [...yaml.files, link('lib64', 'usr/lib')] }
    const members = new Map([...WHOLE, ['lib64', folder]])
    expect((await verified(more, only('libyaml-0-2', members))).named).toEqual([])
  })

  it('whose archive cannot be read is neither equal nor another', async () => {
    const { verification } = await verified(yaml, async ({ name }) =>
      name === 'libyaml-0-2' ? { place: 'x.deb', reason: 'cut' } : null,
    )
    expect(verification).toMatchObject({
      equal: 0,
      differing: [],
      unreadable: [{ place: 'x.deb', reason: 'cut' }],
    })
  })
})

describe('an npm package', () => {
  const manifest = '{"name":"left-pad","version":"1.3.0"}'
  const members = new Map([
    ['package.json', archived(manifest)],
    ['index.js', archived('pad')],
  ])
  const install = 'npm install left-pad@1.3.0'
  async function module(archiveOf: ArchiveOf, ...files: readonly Entry[]) {
    const judged = await judge({
      dockerfile: `FROM debian:12\nWORKDIR /app\nRUN ${install}\n`,
      layers: [
        built(
          `RUN /bin/sh -c ${install}`,
          file('app/node_modules/left-pad/package.json', manifest),
          ...files,
        ),
      ],
    })
    const { attribution } = await verifyPackages(judged, archiveOf)
    const before = new Set(judged.changes)
    return attribution.changes
      .filter((change) => !before.has(change))
      .map(({ kind, path }) => `${kind} ${path}`)
  }
  const index = (text: string) => file('app/node_modules/left-pad/index.js', text)

  it('is held against its archive, file by file', async () => {
    expect(await module(only('left-pad', members), index('pad'))).toEqual([])
    expect(await module(only('left-pad', members), index('PAD'))).toEqual([
      'modified app/node_modules/left-pad/index.js',
    ])
  })

  it('may not have files of its own, unless its scripts can make them', async () => {
    const extra = file('app/node_modules/left-pad/build/x.node', 'made')
    expect(await module(only('left-pad', members), index('pad'), extra)).toEqual([
      'added app/node_modules/left-pad/build/x.node',
    ])
    expect(await module(only('left-pad', members, true), index('pad'), extra)).toEqual([])
  })

  it('is not blamed for the modules inside it', async () => {
    const inner = [
      file(
        'app/node_modules/left-pad/node_modules/inner/package.json',
        '{"name":"inner","version":"1.0.0"}',
      ),
      file('app/node_modules/left-pad/node_modules/inner/x.js', 'x'),
    ]
    expect(await module(only('left-pad', members), index('pad'), ...inner)).toEqual([])
  })
})
