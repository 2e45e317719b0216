// The difference between two images: levels, what is named and what is folded.
import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type CompareOptions, diffImages, lockImage, TRUST_NOBODY } from '../../src/audit/index.ts'
import { renderLock } from '../../src/core/index.ts'
import { renderDiffJson } from '../../src/report/index.ts'
import { Workshop } from '../description/workshop.ts'
import { type ImageSpecification, writeDockerArchive, writeOciLayout } from '../support/image.ts'
import { type Build, DESCRIPTION, DOCKERFILE, writeBuild } from '../support/lock-image.ts'

const workshop = new Workshop()
const source = workshop.repository('app', DESCRIPTION)
let usual = ''
beforeAll(async () => {
  usual = await writeBuild(workshop, 'usual')
})
afterAll(() => workshop.remove())

const schema: object = JSON.parse(readFileSync('docs/schema/assay-diff-1.schema.json', 'utf8'))
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
  schema,
)
const shape = z.object({
  level: z.string(),
  decidedBy: z.string(),
  layers: z.object({ same: z.number(), normalised: z.number(), different: z.number() }).nullable(),
  packages: z.array(z.looseObject({ change: z.string(), name: z.string(), files: z.number() })),
  files: z.array(
    z.looseObject({ change: z.string(), path: z.string(), origin: z.string(), drift: z.boolean() }),
  ),
  settings: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })),
  history: z.array(z.object({ change: z.string(), text: z.string() })),
  benign: z.array(z.object({ subject: z.string(), reason: z.string() })),
  times: z.number(),
})
type Difference = z.infer<typeof shape>

function options(reference: string, described: boolean): CompareOptions {
  return {
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
      source: described ? source : null,
      dockerfile: null,
      context: null,
      target: null,
      arguments: {},
    },
    base: null,
    repositories: [],
    archives: [],
    trust: TRUST_NOBODY,
    policy: null,
    db: workshop.path('inventory.db'),
  }
}

/** The difference, as `--json` writes it. */
async function diff(a: string, b: string, described = false): Promise<Difference> {
  const outcome = await diffImages(options(a, described), options(b, described))
  expect(outcome.errors).toEqual([])
  const document: unknown = JSON.parse(await renderDiffJson(outcome.diff, {}))
  expect(validate(document) ? null : validate.errors).toBeNull()
  return shape.parse(document)
}

const paths = ({ files }: Difference): string[] => files.map(({ path }) => path)
const build = (name: string, changes: Build): Promise<string> => writeBuild(workshop, name, changes)

describe('levels', () => {
  it('identical: one image, in any container', async () => {
    const layers = [{ members: [{ name: 'a', content: 'a' }] }]
    const archive = await writeDockerArchive(workshop.path('a.tar'), { layers })
    const layout = await writeOciLayout(workshop.path('layout'), { layers })
    expect(await diff(archive, layout)).toMatchObject({ level: 'identical' })
  })

  it('normalised: by diff_id, when only what is said of the layers differs', async () => {
    const layers = [{ members: [{ name: 'a', content: 'a' }], createdBy: 'COPY a /a' }]
    const [one, other] = [
      await writeDockerArchive(workshop.path('b.tar'), { layers }),
      await writeDockerArchive(workshop.path('c.tar'), { layers, created: '2026-02-02T00:00:00Z' }),
    ]
    expect(await diff(one, other)).toMatchObject({ level: 'normalised', decidedBy: 'diff-id' })
  })

  it('normalised: by entries, when times and their order differ', async () => {
    const [a, b] = [
      { name: 'a', content: 'a' },
      { name: 'b', content: 'b', uname: 'me', mtime: new Date('2026-03-03T00:00:00Z') },
    ]
    const first = await writeDockerArchive(workshop.path('d.tar'), {
      layers: [{ members: [a, { ...b, uname: 'you', mtime: new Date(0) }] }],
    })
    const second = await writeDockerArchive(workshop.path('e.tar'), {
      layers: [{ members: [b, a] }],
    })
    const found = await diff(first, second)
    expect(found).toMatchObject({ level: 'normalised', decidedBy: 'canonical-tree', times: 1 })
    const squashed = await writeDockerArchive(workshop.path('f.tar'), {
      layers: [{ members: [a] }, { members: [b] }],
    })
    expect(await diff(first, squashed)).toMatchObject({
      level: 'normalised',
      decidedBy: 'merged-tree',
    })
  })

  it('normalised: a clean build a day later; what is folded is listed', async () => {
    const later = await build('later', { day: 20_001, report: 'made on day 20000\n' })
    const found = await diff(usual, later)
    expect(found).toMatchObject({ level: 'normalised', decidedBy: 'file-class', files: [] })
    expect(found.benign.map(({ subject }) => subject)).toEqual([
      '/etc/shadow',
      '/var/cache/ldconfig/aux-cache',
      '/var/log/dpkg.log',
    ])
  })

  it('equivalent: other bytes of a plain file that a tracked step makes', async () => {
    const other = await build('other-report', { report: 'made elsewhere\n' })
    const described = await diff(usual, other, true)
    expect(described).toMatchObject({ level: 'equivalent', decidedBy: 'file-class' })
    expect(described.files).toMatchObject([
      { path: '/opt/report.txt', origin: 'run', change: 'content', drift: false },
    ])
    // nobody says that a step makes it
    expect(await diff(usual, other)).toMatchObject({ level: 'drifted' })
  })
})

describe('drift', () => {
  it.each<[string, Build, readonly string[]]>([
    ['a program of a step', { tool: 'evil' }, ['/usr/local/bin/tool']],
    [
      'a patched library',
      { curlProgram: 'ELF evil' },
      ['/usr/bin/curl', '/var/lib/dpkg/info/curl.md5sums'],
    ],
    ['a tracked file', { config: 'level = 9\n' }, ['/etc/app.conf']],
    [
      'a line of an account behind the day',
      { day: 20_001, user: 'eve' },
      ['/etc/passwd', '/etc/shadow', '/opt/report.txt'],
    ],
    [
      'a program named like a log',
      { files: [{ name: 'var/log/dpkg.log', content: '\u007fELF', mode: 0o755 }] },
      ['/var/log/dpkg.log'],
    ],
    [
      'a set-id bit',
      { files: [{ name: 'usr/local/bin/tool', content: '\u007fELF tool', mode: 0o4755 }] },
      ['/usr/local/bin/tool'],
    ],
  ])('%s is named, with and without a description', async (name, changes, expected) => {
    const other = await build(name.replaceAll(' ', '-'), changes)
    const found = await diff(usual, other, true)
    expect({ level: found.level, paths: paths(found) }).toEqual({
      level: 'drifted',
      paths: expected,
    })
    const plain = await diff(usual, other)
    expect({ level: plain.level, paths: paths(plain) }).toEqual({
      level: 'drifted',
      paths: expected,
    })
    expect(plain.files.every(({ origin }) => !['run', 'context'].includes(origin))).toBe(true)
  })

  it('a package shows as one row with its files, and its version as 1 → 2', async () => {
    const newer = await build('newer', { curl: '7.88.1-11', jq: true })
    const found = await diff(usual, newer)
    expect(found).toMatchObject({ level: 'drifted', decidedBy: 'packages', files: [] })
    expect(found.packages).toMatchObject([
      { change: 'changed', name: 'curl', from: '7.88.1-10', to: '7.88.1-11' },
      { change: 'added', name: 'jq', files: 3 },
    ])
    expect((await diff(newer, usual)).packages[1]).toMatchObject({ change: 'removed', name: 'jq' })
  })

  it('settings and steps', async () => {
    const dockerfile = DOCKERFILE.replace('make-tool', 'make-tool  --x')
    const other = await build('settings', { level: '2', dockerfile })
    const found = await diff(usual, other)
    expect(found.settings).toEqual([{ name: 'Env.LEVEL', from: '1', to: '2' }])
    expect(found.history.map(({ change }) => change)).toEqual([
      ...['removed', 'removed', 'added', 'added'],
    ])
    expect(found).toMatchObject({ level: 'drifted', decidedBy: 'settings' })
  })
})

describe('a lock', () => {
  it('is compared as far as it tells', async () => {
    const lock = workshop.path('usual.lock')
    const made = await lockImage(options(usual, true))
    writeFileSync(lock, renderLock(made.lock))
    const later = await build('day', { day: 20_003 })
    expect(await diff(lock, later, true)).toMatchObject({
      level: 'equivalent',
      decidedBy: 'lock',
      layers: null,
    })
    const other = await build('evil-tool', { tool: 'evil', curl: '7.88.1-11' })
    const found = await diff(lock, other, true)
    expect(found).toMatchObject({ level: 'drifted' })
    expect(found.packages).toMatchObject([{ name: 'curl', from: '7.88.1-10', to: '7.88.1-11' }])
    expect(paths(found)).toEqual(['/usr/local/bin/tool'])
    expect(await diff(lock, lock)).toMatchObject({ level: 'equivalent', files: [] })
  })
})

describe('what is not folded', () => {
  const layers = [{ members: [{ name: 'a', content: 'a' }], createdBy: 'COPY a /a' }]
  const docker = (name: string, more: Partial<ImageSpecification>) =>
    writeDockerArchive(workshop.path(name), { layers, ...more })

  it('another platform', async () => {
    const found = await diff(
      await docker('x.tar', {}),
      await docker('y.tar', { architecture: 'arm64' }),
    )
    expect(found.level).toBe('drifted')
    expect(found.settings).toEqual([{ name: 'platform', from: 'linux/amd64', to: 'linux/arm64' }])
  })

  it('a setting of Docker’s own, where both are in Docker’s format', async () => {
    const config = { OnBuild: ['RUN true'], Healthcheck: { Test: ['CMD', 'x'] } }
    const found = await diff(await docker('p.tar', {}), await docker('q.tar', { config }))
    expect(found.level).toBe('drifted')
    expect(found.settings.map(({ name }) => name)).toEqual(['Healthcheck', 'OnBuild.0'])
  })

  it('a set-id bit on a file of a package that differs as well', async () => {
    const member = { name: 'usr/bin/curl', content: 'ELF curl 7.88.1-11', mode: 0o4755 }
    const changed = { curl: '7.88.1-11', more: [{ createdBy: 'sh', members: [member] }] }
    const found = await diff(await build('plain', {}), await build('privileged', changed))
    expect(paths(found)).toContain('/usr/bin/curl')
  })
})
