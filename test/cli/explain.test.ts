// assay explain: how a file got there, told to a person and to a program.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { Workshop } from '../description/workshop.ts'
import { writeDockerArchive } from '../support/image.ts'
import { Desk, FIXTURES, openDesk, type Run } from './command-line.ts'
import { expectFailure, expectPrintable } from './expectations.ts'

const desk = new Desk()
const WORDS = ['--source', FIXTURES.bundle, '--base', FIXTURES.base]
afterAll(() => desk.remove())
beforeAll(() => {
  // The layers are read once, for all tests.
  expect(desk.run(['sbom', FIXTURES.drifted]).stderr).toBe('')
})

const pathShape = z.looseObject({
  schema: z.literal('assay-explain-path/1'),
  path: z.string(),
  realPath: z.string(),
  state: z.looseObject({ kind: z.string() }),
  step: z.looseObject({ position: z.number(), alignment: z.string() }).nullable(),
  instruction: z.object({ dockerfile: z.string(), line: z.number(), text: z.string() }).nullable(),
  tracked: z
    .looseObject({ path: z.string(), commit: z.string(), date: z.string(), author: z.string() })
    .nullable(),
  package: z
    .looseObject({
      name: z.string(),
      fileState: z.string(),
      request: z.looseObject({ line: z.number(), text: z.string() }).nullable(),
      chain: z.array(z.string()),
    })
    .nullable(),
  versions: z.array(z.looseObject({ layer: z.number(), change: z.string() })),
})

function explain(path: string): Run {
  const run = desk.run(['explain', FIXTURES.drifted, path, ...WORDS])
  expect(run.stderr).toBe('')
  expectPrintable(run.stdout)
  return run
}

function explained(path: string): z.infer<typeof pathShape> {
  const run = desk.run(['explain', FIXTURES.drifted, path, ...WORDS, '--json'])
  return pathShape.parse(JSON.parse(run.stdout))
}

describe('a file that was copied in', () => {
  it('is told with commit, date, line, step and layer', () => {
    const run = explain('/usr/local/bin/entrypoint.sh')
    expect(run.status).toBe(0)
    expect(run.stdout).toMatch(/^\/usr\/local\/bin\/entrypoint\.sh {2}in status-page/)
    expect(run.stdout).toMatch(/line +Dockerfile:19 +COPY entrypoint\.sh \/usr\/local\/bin\//)
    expect(run.stdout).toMatch(/last change +8ddf8487d130 of 2026-01-12 by Ada Lovelace/)
    expect(run.stdout).toMatch(/layer +6 \([0-9a-f]{12}\)/)
    expect(run.stdout).toMatch(/step +8, same: /)
  })

  it('gives a program the same', () => {
    const { state, instruction, tracked, step } = explained('usr/local/bin/entrypoint.sh')
    expect(state).toMatchObject({
      kind: 'present',
      origin: 'context',
      strength: 'proved',
      layer: 6,
    })
    expect(instruction).toMatchObject({ dockerfile: 'Dockerfile', line: 19 })
    expect(tracked).toMatchObject({
      path: 'entrypoint.sh',
      commit: expect.stringMatching(/^8ddf8487d130[0-9a-f]{28}$/),
      date: expect.stringMatching(/^2026-01-12T/),
      author: 'Ada Lovelace',
    })
    expect(step).toMatchObject({ alignment: 'same', line: 19 })
  })
})

describe("a package's file", () => {
  it('is told with its package and who asked for it', () => {
    const run = explain('/usr/lib/x86_64-linux-gnu/libyajl.so.2')
    expect(run.status).toBe(0)
    expect(run.stdout).toMatch(/^ {2}package +libyajl2 2\.1\.0/m)
    expect(run.stdout).toMatch(/yajl-tools .*→ libyajl2/)
    const { package: owner } = explained('usr/lib/x86_64-linux-gnu/libyajl.so.2')
    expect(owner?.chain.map((purl) => /\/([^/@]+)@/.exec(purl)?.[1])).toEqual([
      'yajl-tools',
      'libyajl2',
    ])
  })

  it('that was changed is told as changed', () => {
    const { state, package: owner } = explained('usr/lib/x86_64-linux-gnu/libyajl.so.2.1.0')
    expect(state).toMatchObject({ origin: 'package-modified' })
    expect(owner).toMatchObject({ name: 'libyajl2', fileState: 'modified' })
  })
})

const STATUS = ['hello', 'libhello1']
  .map(
    (name) => `Package: ${name}
Status: install ok installed
Architecture: amd64
Version: 1.0-1
Maintainer: A. Author <author@example.org>
${name === 'hello' ? 'Depends: libhello1 (>= 1.0)\n' : ''}Description: greets

`,
  )
  .join('')

describe('a package that a line of the Dockerfile asks for', () => {
  it('is told with that line, and what it pulled in with the chain', async () => {
    const own = openDesk()
    const workshop = new Workshop()
    onTestFinished(() => workshop.remove())
    const text =
      'FROM scratch\nADD rootfs.tar /\nRUN apt-get update && apt-get install -y hello=1.0-1\n'
    const repository = workshop.repository('hello', { Dockerfile: text, 'rootfs.tar': 'x' })
    const lists = 'var/lib/dpkg/info'
    const archive = await writeDockerArchive(own.path('hello.tar'), {
      layers: [
        {
          members: [{ name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' }],
          createdBy: 'ADD rootfs.tar / # buildkit',
          comment: 'buildkit.dockerfile.v0',
        },
        {
          members: [
            { name: 'var/lib/dpkg/status', content: STATUS },
            { name: `${lists}/hello.list`, content: '/.\n/usr/bin/hello\n' },
            { name: `${lists}/libhello1.list`, content: '/.\n/usr/lib/libhello.so.1\n' },
            { name: 'usr/bin/hello', content: 'hello', mode: 0o755 },
            { name: 'usr/lib/libhello.so.1', content: 'library' },
          ],
          createdBy: 'RUN /bin/sh -c apt-get update && apt-get install -y hello=1.0-1 # buildkit',
          comment: 'buildkit.dockerfile.v0',
        },
      ],
    })
    const request = (path: string) => {
      const run = own.run(['explain', archive, path, '--source', repository, '--json'])
      expect(run.stderr).toBe('')
      return pathShape.parse(JSON.parse(run.stdout)).package
    }
    const line = { line: 3, text: 'apt-get install -y hello=1.0-1' }
    expect(request('usr/bin/hello')?.request).toMatchObject(line)
    const library = request('usr/lib/libhello.so.1')
    expect(library?.request).toMatchObject(line)
    expect(library?.chain.map((purl) => /\/([^/@]+)@/.exec(purl)?.[1])).toEqual([
      'hello',
      'libhello1',
    ])
  })
})

describe('a path that is not there', () => {
  it('ends with status 1 and names the layer that removed it', () => {
    const run = explain('/usr/bin/dpkg-divert')
    expect(run.status).toBe(1)
    expect(run.stdout).toMatch(/not in this image any more: layer 7 removed it/)
    const { state, versions } = explained('usr/bin/dpkg-divert')
    expect(state).toEqual({ kind: 'absent', removedBy: 7 })
    expect(versions.map(({ layer, change }) => [layer, change])).toEqual([
      [0, 'added'],
      [7, 'deleted'],
    ])
  })

  it('ends with status 1 where it never was', () => {
    const run = explain('/no/such/path')
    expect(run.status).toBe(1)
    expect(run.stdout).toMatch(/not in this image, in none of its layers/)
  })
})

describe('ways to write a path', () => {
  it.each([
    ['etc/passwd', 'etc/passwd'],
    ['/etc/passwd', 'etc/passwd'],
    ['./etc//passwd', 'etc/passwd'],
    ['/etc/../etc/./passwd', 'etc/passwd'],
    ['../../../etc/passwd', 'etc/passwd'],
    ['bin/dpkg', 'usr/bin/dpkg'],
  ])('%s is %s', (asked, real) => {
    const found = explained(asked)
    expect(found.realPath).toBe(real)
    expect(found.state.kind).toBe('present')
  })

  it('a folder, a link and the root are told as what they are', () => {
    expect(explained('etc').state).toMatchObject({ entry: { kind: 'directory' } })
    expect(explained('bin').state).toMatchObject({ entry: { kind: 'symlink', target: 'usr/bin' } })
    expect(explain('/').status).toBe(0)
  })
})

describe('an image', () => {
  it('is told whole: makers, steps, needs, accounts, files of no origin', () => {
    const run = desk.run(['explain', FIXTURES.drifted, ...WORDS])
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
    expect(run.stdout).toMatch(/^status-page:1\.1-hotfix\n/)
    expect(run.stdout).toMatch(/made by +docker, then commit/)
    expect(run.stdout).toMatch(/hotfix on node3, by Operations/)
    expect(run.stdout).toMatch(/user maintenance/)
    expect(run.stdout).toMatch(/\/usr\/local\/bin\/collect/)
    expectPrintable(run.stdout)
  })

  it('is told without a description, which is when it is needed', () => {
    const run = desk.run(['explain', FIXTURES.drifted])
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
    expect(run.stdout).toMatch(/A new description needs/)
  })

  it('gives a program the same', () => {
    const run = desk.run(['explain', FIXTURES.drifted, ...WORDS, '--json'])
    const document = z
      .looseObject({
        schema: z.literal('assay-explain-image/1'),
        needs: z.array(z.string()),
        steps: z.array(z.looseObject({ alignment: z.string() })),
        unexplained: z.looseObject({ files: z.number() }),
      })
      .parse(JSON.parse(run.stdout))
    expect(document.steps.at(-1)).toMatchObject({ alignment: 'untracked', layer: 7 })
    expect(document.unexplained.files).toBeGreaterThan(0)
    expect(document.needs.length).toBeGreaterThan(3)
  })
})

describe('strange paths', () => {
  it('are found and shown escaped', async () => {
    const own = openDesk()
    const name = 'tmp/\u001b[2Jevil\u202e'
    const layers = [{ members: [{ name, content: 'x' }] }]
    const archive = await writeDockerArchive(own.path('a.tar'), { layers })
    const run = own.run(['explain', archive, name])
    expect(run.status).toBe(0)
    expect(run.stdout).toContain('/tmp/\\x1b[2Jevil\\u202e')
    expectPrintable(run.stdout)
    const json = own.run(['explain', archive, name, '--json'])
    expectPrintable(json.stdout)
    expect(pathShape.parse(JSON.parse(json.stdout)).path).toBe(name)
  })

  it('wrong use is refused', () => {
    expectFailure(desk.run(['explain', desk.path('absent.tar'), 'etc']), 3, /absent\.tar: no such/)
  })
})
