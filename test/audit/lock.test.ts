// What a lock says of the next build: explained by the description, moved by the outside, or untracked.
import { writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { type AuditOptions, audit, lockImage, TRUST_NOBODY } from '../../src/audit/index.ts'
import { keptValue } from '../../src/audit/lock-settings.ts'
import { type LockChange, parseLock, renderLock } from '../../src/core/index.ts'
import { Workshop } from '../description/workshop.ts'
import type { Member } from '../support/image.ts'
import { type Build, DESCRIPTION, DOCKERFILE, writeBuild } from '../support/lock-image.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())
const usual = workshop.repository('usual', DESCRIPTION)
let count = 0

function options(reference: string, source: string | null, lock: string | null): AuditOptions {
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
    description: { source, dockerfile: null, context: null, target: null, arguments: {} },
    base: null,
    repositories: [],
    archives: [],
    trust: TRUST_NOBODY,
    policy: null,
    db: workshop.path(`${count}.db`),
    rules: [],
    lock,
    at: '2026-01-02T00:00:00Z',
  }
}

async function lockText(build: Build, source: string | null = usual): Promise<string> {
  const reference = await writeBuild(workshop, `locked-${count++}`, build)
  const { lock } = await lockImage(options(reference, source, null))
  return renderLock(lock)
}

async function changes(lock: string, build: Build, source: string): Promise<readonly LockChange[]> {
  const reference = await writeBuild(workshop, `build-${count++}`, build)
  const file = workshop.path(`${count}.lock`)
  writeFileSync(file, lock)
  const { results } = await audit(options(reference, source, file))
  return results[0]?.lock?.changes ?? []
}

/** The changes of a build and a description against the usual ones. */
async function sinceUsual(
  build: Build,
  files: Readonly<Record<string, string>> | null = null,
): Promise<readonly string[]> {
  const source =
    files === null ? usual : workshop.repository(`other-${count++}`, { ...DESCRIPTION, ...files })
  const found = await changes(await lockText({}), build, source)
  return found.map(({ state, kind, subject }) => `${state} ${kind} ${subject}`.trim())
}

describe('the lock of a build', () => {
  it('is the same for a clean build a day later', async () => {
    const [one, other] = [await lockText({ day: 20_000 }), await lockText({ day: 20_001 })]
    expect(other).toBe(one)
    expect(await sinceUsual({ day: 20_001 })).toEqual([])
  })

  it('reads back as what was written', async () => {
    const text = await lockText({})
    expect(renderLock(parseLock(Buffer.from(text), 'x'))).toBe(text)
  })

  it('has no value of a build argument', async () => {
    const source = workshop.repository('arguments', {
      ...DESCRIPTION,
      Dockerfile: DOCKERFILE.replace('ENV LEVEL=1', 'ARG PIN=x\nENV LEVEL=$PIN'),
    })
    const reference = await writeBuild(workshop, 'arguments-image', { level: 'hunter2' })
    const given = options(reference, source, null)
    const { lock } = await lockImage({
      ...given,
      description: { ...given.description, arguments: { PIN: 'hunter2' } },
    })
    const text = renderLock(lock)
    expect(text).toMatch(/^argument PIN$/m)
    expect(text).toMatch(/^setting Env\.LEVEL sha256:[0-9a-f]{64}$/m)
    expect(text).not.toContain('hunter2')
  })
})

describe('a change that the description explains', () => {
  it('a package and the RUN that asks for it', async () => {
    const dockerfile = DOCKERFILE.replace('install -y curl', 'install -y curl jq')
    expect(await sinceUsual({ jq: true, dockerfile }, { Dockerfile: dockerfile })).toEqual([
      'explained package jq',
    ])
  })

  it('a package that is asked for no more', async () => {
    const dockerfile = DOCKERFILE.replace('install -y curl', 'install -y curl jq')
    const source = workshop.repository('with-jq', { ...DESCRIPTION, Dockerfile: dockerfile })
    const found = await changes(await lockText({ jq: true, dockerfile }, source), {}, usual)
    expect(found).toMatchObject([{ state: 'explained', kind: 'package', subject: 'jq', found: '' }])
  })

  it('a tracked file that is copied', async () => {
    expect(await sinceUsual({ config: 'level = 2\n' }, { 'app.conf': 'level = 2\n' })).toEqual([
      'explained files /etc (context)',
    ])
  })

  it('a setting and its instruction', async () => {
    const dockerfile = DOCKERFILE.replace('LEVEL=1', 'LEVEL=2')
    expect(await sinceUsual({ level: '2', dockerfile }, { Dockerfile: dockerfile })).toEqual([
      'explained setting Env.LEVEL',
    ])
  })

  it('the base and FROM; what follows from the base is no change of its own', async () => {
    const dockerfile = DOCKERFILE.replace('debian:12', 'debian:13')
    const found = await sinceUsual({ base: 'two', dockerfile }, { Dockerfile: dockerfile })
    expect(found).toContain('explained base')
    expect(found.filter((each) => !each.startsWith('explained'))).toEqual([])
  })

  it('a program whose step, or what it is made of, changed', async () => {
    const dockerfile = DOCKERFILE.replace('make-tool', 'make-tool --fast')
    expect(await sinceUsual({ tool: 'fast', dockerfile }, { Dockerfile: dockerfile })).toEqual([
      'explained program /usr/local/bin/tool',
    ])
    const config = { config: 'level = 2\n', tool: 'two' }
    expect(await sinceUsual(config, { 'app.conf': 'level = 2\n' })).toEqual([
      'explained program /usr/local/bin/tool',
      'explained files /etc (context)',
    ])
  })
})

describe('a change of the outside', () => {
  it('the version of a package that nobody pinned', async () => {
    const found = await changes(await lockText({}), { curl: '7.88.1-11' }, usual)
    expect(found).toMatchObject([
      {
        state: 'moved',
        kind: 'package',
        subject: 'curl',
        locked: '7.88.1-10',
        found: '7.88.1-11',
        line: 2,
      },
    ])
  })

  it('the image behind a tag, with its packages', async () => {
    const found = await sinceUsual({ base: 'two' })
    expect(found.filter((each) => !each.startsWith('moved'))).toEqual([])
    expect(found).toEqual(expect.arrayContaining(['moved base', 'moved package base-files']))
  })
})

describe('what a step fetches', () => {
  const dockerfile = DOCKERFILE.replace('make-tool >', 'curl -fsSL https://x.test/tool >')
  const source = workshop.repository('fetching', { ...DESCRIPTION, Dockerfile: dockerfile })

  it('has moved when the program that the step writes is another', async () => {
    const lock = await lockText({ dockerfile }, source)
    const [found, ...others] = await changes(lock, { dockerfile, tool: 'newer' }, source)
    expect(others).toEqual([])
    expect(found).toMatchObject({ state: 'moved', subject: '/usr/local/bin/tool', line: 4 })
  })

  it('does not excuse a program that another step has more', async () => {
    const later = dockerfile.replace('ENV', 'RUN true\nENV')
    const root = workshop.repository('later-step', { ...DESCRIPTION, Dockerfile: later })
    const layer = (members: Member[]) => ({ createdBy: 'RUN /bin/sh -c true # buildkit', members })
    const build = { dockerfile: later, steps: [layer([{ name: 'srv/x', content: 'x' }])] }
    const planted = { name: 'srv/evil', content: '\u007fELF', mode: 0o755 }
    const more = { ...build, steps: [layer([{ name: 'srv/x', content: 'x' }, planted])] }
    const found = await changes(await lockText(build, root), more, root)
    expect(found).toMatchObject([
      { state: 'untracked', subject: '/srv/evil' },
      { state: 'untracked', subject: '/srv (run)' },
    ])
  })
})

describe('a change that nothing accounts for', () => {
  it.each<[string, Build, readonly string[]]>([
    [
      'a library patched together with its record, which no record can tell',
      { curlProgram: 'ELF evil' },
      ['untracked package curl'],
    ],
    ['a program that a step made', { tool: 'evil' }, ['untracked program /usr/local/bin/tool']],
    [
      'a program more in a tracked step',
      { files: [{ name: 'usr/local/bin/more', content: '\u007fELF', mode: 0o755 }] },
      ['untracked program /usr/local/bin/more', 'untracked files /usr/local/bin (run)'],
    ],
    [
      'a folder that all may write into',
      { files: [{ name: 'opt/open', type: 'directory', mode: 0o777 }] },
      ['untracked folder /opt/open'],
    ],
    [
      'an account by another name',
      { user: 'eve' },
      ['untracked account app', 'untracked account eve'],
    ],
  ])('%s', async (_name, build, expected) => {
    expect(await sinceUsual(build)).toEqual(expected)
  })

  it('a pinned package of another version, and a setting that its instruction does not give', async () => {
    const dockerfile = DOCKERFILE.replace('-y curl', '-y curl=7.88.1-10')
    const source = workshop.repository('pinned', { ...DESCRIPTION, Dockerfile: dockerfile })
    const lock = await lockText({ dockerfile }, source)
    const found = await changes(lock, { dockerfile, curl: '7.88.1-11', level: '9' }, source)
    expect(found.filter(({ state }) => state === 'untracked')).toMatchObject([
      { kind: 'package', subject: 'curl' },
      { kind: 'setting', subject: 'Env.LEVEL', locked: '1', found: '9' },
      { kind: 'change', subject: 'ENV LEVEL=1', reason: 'line 5 left no step in the image' },
      { kind: 'change', subject: 'ENV LEVEL=9' },
    ])
  })

  it('a step by hand, and what it did, each by its name', async () => {
    const by = { createdBy: 'bash', comment: 'hotfix' }
    const members = [{ name: 'etc/app.conf', content: 'level = 9\n' }]
    const found = await sinceUsual({ more: [{ ...by, members }] })
    expect(found.filter((each) => !each.includes('setting'))).toEqual([
      'untracked change /etc/app.conf',
      'untracked change bash',
    ])
  })

  it('nothing is explained where the lock was made without a description', async () => {
    const dockerfile = DOCKERFILE.replace('LEVEL=1', 'LEVEL=2')
    const source = workshop.repository('late', { ...DESCRIPTION, Dockerfile: dockerfile })
    const found = await changes(await lockText({}, null), { level: '2', dockerfile }, source)
    expect(found.filter(({ state }) => state === 'explained')).toEqual([])
    expect(found).toContainEqual(
      expect.objectContaining({ state: 'untracked', subject: 'Env.LEVEL' }),
    )
  })
})

it('an argument that no FROM names does not explain another base', async () => {
  const pinned = DOCKERFILE.replace('debian:12', `debian:12@sha256:${'a'.repeat(64)}`)
  const tracked = workshop.repository('pinned-from', { ...DESCRIPTION, Dockerfile: pinned })
  const lock = await lockText({ dockerfile: pinned }, tracked)
  const dockerfile = pinned.replace('ENV LEVEL', 'ARG UNRELATED=1\nENV LEVEL')
  const later = workshop.repository('unrelated-argument', {
    ...DESCRIPTION,
    Dockerfile: dockerfile,
  })
  const found = await changes(lock, { dockerfile, base: 'two' }, later)
  const base = found.find(({ kind }) => kind === 'base')
  expect(base?.state).not.toBe('explained')
})

it('a long value is kept as its digest, so that the lock can be read again', () => {
  const kept = keptValue('Labels.x', 'x'.repeat(70_000), [])
  expect(kept).toMatch(/^sha256:[0-9a-f]{64}$/)
  const items = [{ kind: 'setting' as const, names: ['Labels.x'], values: [kept] }]
  expect(() => parseLock(Buffer.from(renderLock({ items })), 'assay.lock')).not.toThrow()
})
