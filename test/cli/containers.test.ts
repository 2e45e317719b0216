// The same image gives the same reports, whatever it comes in and whatever was read before it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { writeDockerArchive, writeOciLayout } from '../support/image.ts'
import { buildImage, type ImageSpecification } from '../support/image-build.ts'
import { OciLayout } from '../support/oci-layout.ts'
import { validateSbom } from '../support/sbom.ts'
import { Desk, FIXTURES, openDesk, type RunOptions } from './command-line.ts'
import { type AuditDocument, expectFailure, parseAudit } from './expectations.ts'

const desk = new Desk()
afterAll(() => desk.remove())

const STATUS = `Package: hello
Status: install ok installed
Architecture: amd64
Version: 1.0-1
Maintainer: A. Author <author@example.org>
Description: greets

`

const bottom = {
  members: [
    { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
    { name: 'var/lib/dpkg/status', content: STATUS },
    { name: 'bin/sh', content: '#!sh\n', mode: 0o755 },
  ],
  createdBy: '/bin/sh -c #(nop) ADD file:00 in / ',
}
const image: ImageSpecification = {
  name: 'example.test/app:1',
  config: { Env: ['PATH=/bin'], Cmd: ['sh'] },
  layers: [
    bottom,
    { members: [{ name: 'app', content: 'app\n' }], createdBy: 'COPY app / # buildkit' },
  ],
}
const sibling: ImageSpecification = {
  name: 'example.test/other:1',
  layers: [
    bottom,
    { members: [{ name: 'other', content: 'x' }], createdBy: 'COPY other / # buildkit' },
  ],
}

/** Places of one image: each a run's words and what it reads from standard input. */
interface Place {
  readonly reference: string
  readonly options?: RunOptions
}

const places = new Map<string, Place>()
let other = ''

beforeAll(async () => {
  const archive = await writeDockerArchive(desk.path('docker.tar'), image)
  other = await writeDockerArchive(desk.path('other.tar'), sibling)
  const bytes = readFileSync(archive)
  writeFileSync(desk.path('docker.tar.gz'), gzipSync(bytes))
  places.set('docker archive', { reference: archive })
  places.set('docker archive, gzip', { reference: desk.path('docker.tar.gz') })
  places.set('standard input', { reference: '-', options: { input: bytes } })
  places.set('standard input, gzip', { reference: '-', options: { input: gzipSync(bytes) } })
  // An engine with containerd: both lists over one set of blobs. Manifests differ from the archive above.
  const folder = await writeOciLayout(desk.path('layout'), image)
  const layout = new OciLayout()
  const named = { 'org.opencontainers.image.ref.name': 'example.test/app:1' }
  const manifest = { ...layout.image(await buildImage(image)), annotations: named }
  const tar = await layout.writeTar(desk.path('layout.tar'), [manifest])
  writeFileSync(desk.path('layout.tar.gz'), gzipSync(readFileSync(tar)))
  places.set('OCI layout', { reference: folder })
  places.set('OCI layout, tar', { reference: tar })
  places.set('OCI layout, gzip', { reference: desk.path('layout.tar.gz') })
})

const DOCKER = ['docker archive', 'docker archive, gzip', 'standard input', 'standard input, gzip']
const OCI = ['OCI layout', 'OCI layout, tar', 'OCI layout, gzip']

/** The report from each place, each read by a database of its own. */
function reports(names: readonly string[], command: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>()
  for (const name of names) {
    const place = places.get(name)
    if (place === undefined) throw new Error(name)
    const own = openDesk()
    const [first = '', ...rest] = command
    const run = own.run([first, place.reference, ...rest, '--at', '2026-11-24'], place.options)
    expect({ name, stderr: run.stderr }).toEqual({ name, stderr: '' })
    texts.set(name, run.stdout)
  }
  return texts
}

describe('one image in several containers', () => {
  it.each([
    [['audit', '--json']],
    [['audit']],
    [['sbom', '-o', 'json']],
    [['sbom', '-o', 'cyclonedx-json']],
  ])('gives equal reports: assay %j', async (command) => {
    for (const names of [DOCKER, OCI]) {
      const texts = [...reports(names, command).values()]
      expect(texts[0]).toMatch(/\S/)
      expect(new Set(texts).size).toBe(1)
      if (command.includes('cyclonedx-json')) await validateSbom(texts[0] ?? '', '1.7')
    }
  })

  it('is one image whichever way it was packed: manifest and stored blobs apart', () => {
    const strip = (text: string): unknown => {
      const { image: found, ...rest } = parseAudit(text)
      const layers = found.layers.map(({ diffId, state, size }) => ({ diffId, state, size }))
      return { ...rest, image: { ...found, manifest: null, layers } }
    }
    const texts = reports(['docker archive', 'OCI layout'], ['audit', '--json'])
    expect(strip(texts.get('OCI layout') ?? '')).toEqual(strip(texts.get('docker archive') ?? ''))
  })

  it('is the fixture as well: gzip file, plain file and standard input', () => {
    const plain = desk.path('clean.tar')
    writeFileSync(plain, gunzipSync(readFileSync(FIXTURES.clean)))
    const source = ['--source', FIXTURES.bundle, '--json', '--at', '2026-11-24']
    const texts = [
      openDesk().run(['audit', FIXTURES.clean, ...source]).stdout,
      openDesk().run(['audit', plain, ...source]).stdout,
      openDesk().run(['audit', '-', ...source], { input: readFileSync(FIXTURES.clean) }).stdout,
    ]
    expect(parseAudit(texts[0] ?? '').image.layers).toHaveLength(7)
    expect(new Set(texts).size).toBe(1)
  })
})

const read = (text: string): string[] => parseAudit(text).image.layers.map((layer) => layer.state)

/** The report without what an inventory of other content may change: which layers were read. */
function judged(text: string): unknown {
  const { image: found, ...rest } = parseAudit(text)
  return { ...rest, image: { ...found, layers: found.layers.map(({ diffId }) => diffId) } }
}

function auditOf(own: Desk, reference: string): string {
  const run = own.run(['audit', reference, '--json', '--at', '2026-11-24'])
  expect(run.stderr).toBe('')
  return run.stdout
}

/** The image that the outline calls the nearest. */
function relativeIn(text: string): unknown {
  return z.object({ outline: z.object({ relative: z.unknown() }) }).parse(JSON.parse(text)).outline
    .relative
}

describe('several images in one inventory', () => {
  it('read only what is not known, and each layer once', () => {
    const own = openDesk()
    const archive = desk.path('docker.tar')
    expect(read(auditOf(own, archive))).toEqual(['read now', 'read now'])
    expect(read(auditOf(own, archive))).toEqual(['known', 'known'])
    expect(read(auditOf(own, other))).toEqual(['known', 'read now'])
    const verified = own.run(['audit', archive, '--json', '--verify'])
    expect(read(verified.stdout)).toEqual(['read now', 'read now'])
  })

  it('give the same reports in either order', () => {
    const archive = desk.path('docker.tar')
    const [first, second] = [openDesk(), openDesk()]
    const alone = [auditOf(first, archive), auditOf(second, other)]
    expect(alone.map(relativeIn)).toEqual([null, null])
    // once both know both images, nothing tells which of them was read first
    const forth = [auditOf(first, other), auditOf(first, archive)].reverse()
    const back = [auditOf(second, archive), auditOf(second, other)]
    expect(back.map(judged)).toEqual(forth.map(judged))
    const sbom = (own: Desk, reference: string): string =>
      own.run(['sbom', reference, '-o', 'json']).stdout
    for (const reference of [archive, other])
      expect(sbom(first, reference)).toBe(sbom(second, reference))
  })

  it('say the same whether one thread reads them or several', () => {
    const texts = ['0', '1', '4'].map((threads) => {
      const words = ['audit', FIXTURES.drifted, '--json', '--at', '2026-11-24']
      return openDesk().run([...words, '--threads', threads]).stdout
    })
    expect(read(texts[0] ?? '').length).toBe(8)
    expect(new Set(texts).size).toBe(1)
  })
})

describe('an archive of several images', () => {
  it('is all of them, or the one that --image names', async () => {
    const own = openDesk()
    const both = await writeDockerArchive(own.path('both.tar'), image, sibling)
    const names = (run: { stdout: string }): string[] =>
      run.stdout
        .trimEnd()
        .split('\n')
        .map((line) => parseAudit(line).image.reference)
    expect(names(own.run(['audit', both, '--json-lines']))).toEqual([image.name, sibling.name])
    const one = own.run(['audit', both, '--json-lines', '--image', 'example.test/other:1'])
    expect(names(one)).toEqual([sibling.name])
    expectFailure(
      own.run(['audit', both, '--image', 'nobody']),
      2,
      /no image in it is called nobody/,
    )
  })
})

describe('--platform', () => {
  it('chooses among platforms, and says which there are', async () => {
    const own = openDesk()
    const layout = new OciLayout()
    const manifests = []
    for (const architecture of ['arm64', 's390x']) {
      const built = await buildImage({ ...image, architecture })
      manifests.push({ ...layout.image(built), platform: { os: 'linux', architecture } })
    }
    mkdirSync(own.path('many'))
    const folder = layout.writeFolder(own.path('many'), [layout.index(manifests)])
    const chosen = own.run(['audit', folder, '--json', '--platform', 'linux/s390x'])
    const document: AuditDocument = parseAudit(chosen.stdout)
    expect(document.image['platform']).toMatchObject({ architecture: 's390x' })
    const wrong = own.run(['audit', folder, '--platform', 'linux/riscv64'])
    expectFailure(
      wrong,
      2,
      /does not exist for linux\/riscv64; it is here for linux\/arm64, linux\/s390x/,
    )
  })
})
