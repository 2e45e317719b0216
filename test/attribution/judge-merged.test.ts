// Layers that stand for several instructions: by buildah without layers, by both kinds of squash, by kaniko with one
// snapshot. A clean one has no change, and what was planted in it is named, though its history says nothing of it.
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/core/index.ts'
import {
  BASE_LAYER,
  blobId,
  type Deb,
  file,
  folder,
  gone,
  judge,
  type Layer,
  link,
  PASSWD,
  program,
  type Scenario,
  SHADOW,
  statusWith,
  unpacked,
} from '../support/attribution.ts'

const yaml: Deb = { name: 'libyaml-0-2', files: [program('usr/lib/libyaml-0.so.2', 'yaml')] }
const INSTALL = 'apt-get install -y libyaml-0-2=1.0-1'
const DOCKERFILE = `FROM debian:12
RUN ${INSTALL}
RUN useradd -m app
COPY www /srv/www
COPY run.sh /usr/local/bin/
RUN sed -i s/a/b/ /srv/www/patched.txt && chmod 4755 /usr/local/bin/run.sh
CMD ["run"]
`
const TRACKED = {
  'www/index.html': '<p>\n',
  'www/patched.txt': 'a\n',
  'www/sub/style.css': 'p {}\n',
  'run.sh': '#!/bin/sh\n',
}
const COPIED = [
  folder('srv/www'),
  file('srv/www/index.html', '<p>\n'),
  file('srv/www/patched.txt', 'b\n'),
  folder('srv/www/sub'),
  file('srv/www/sub/style.css', 'p {}\n'),
  file('usr/local/bin/run.sh', '#!/bin/sh\n', { mode: 0o4755 }),
]
const ACCOUNT = [
  file('etc/passwd', `${PASSWD}app:x:1000:1000::/home/app:/bin/sh\n`),
  file('etc/group', 'root:x:0:\napp:x:1000:\n'),
  file('etc/shadow', `${SHADOW}app:!:20000:0:99999:7:::\n`, { mode: 0o640 }),
  folder('home/app', { uid: 1000, gid: 1000 }),
  file('home/app/.profile', '# profile\n', { uid: 1000, gid: 1000 }),
]
const CLEAN: readonly Entry[] = [statusWith(yaml), ...unpacked(yaml), ...ACCOUNT, ...COPIED]

/** The steps as each builder records them, with one layer for all. */
const MAKERS: Readonly<Record<string, (entries: readonly Entry[]) => readonly Layer[]>> = {
  'buildah without layers': (entries) => {
    const hash = 'a'.repeat(64)
    const texts = [
      `/bin/sh -c ${INSTALL}`,
      '/bin/sh -c useradd -m app',
      `/bin/sh -c #(nop) COPY dir:${hash} in /srv/www `,
      `/bin/sh -c #(nop) COPY file:${hash} in /usr/local/bin/ `,
      '/bin/sh -c sed -i s/a/b/ /srv/www/patched.txt && chmod 4755 /usr/local/bin/run.sh',
    ]
    return [
      ...texts.map((createdBy) => ({ createdBy, entries: null })),
      { createdBy: '/bin/sh -c #(nop) CMD ["run"]', comment: 'FROM debian:12', entries },
    ]
  },
  'docker build --squash': (entries) => {
    const comment = `merge sha256:${'1'.repeat(64)} to sha256:${'2'.repeat(64)}`
    const texts = [
      `RUN /bin/sh -c ${INSTALL} # buildkit`,
      'RUN /bin/sh -c useradd -m app # buildkit',
      'COPY www /srv/www # buildkit',
      'COPY run.sh /usr/local/bin/ # buildkit',
      'RUN /bin/sh -c sed -i s/a/b/ /srv/www/patched.txt && chmod 4755 /usr/local/bin/run.sh # buildkit',
      'CMD ["run"]',
    ]
    return [
      ...texts.map((createdBy) => ({
        createdBy,
        comment: 'buildkit.dockerfile.v0',
        entries: null,
      })),
      { createdBy: '', comment, entries },
    ]
  },
  'docker-squash': (entries) => [{ createdBy: '', entries }],
  'kaniko with one snapshot': (entries) => [
    { createdBy: 'CMD ["run"]', author: 'kaniko', entries },
  ],
}

async function merged(maker: string, entries: readonly Entry[], more: Partial<Scenario> = {}) {
  const layers = MAKERS[maker]?.(entries) ?? []
  const settings = { cmd: ['run'] }
  const { steps, ...rest } = await judge({
    dockerfile: DOCKERFILE,
    tracked: TRACKED,
    executable: ['run.sh'],
    settings,
    layers,
    ...more,
  })
  expect(steps.map(({ alignment }) => alignment)).not.toContain('untracked')
  expect(steps.map(({ alignment }) => alignment)).not.toContain('missing')
  return rest
}

const replaced = (entry: Entry): Entry[] => [
  ...CLEAN.filter(({ path }) => path !== entry.path),
  entry,
]
const without = (path: string) => CLEAN.filter((entry) => entry.path !== path)

describe.each(Object.keys(MAKERS))('a layer of several instructions, by %s', (maker) => {
  it('has no change when it is clean, and proves what it can', async () => {
    const { changes, originOf, verdict } = await merged(maker, CLEAN)
    expect(changes).toEqual([])
    expect(verdict).toBe('rebuildable')
    expect(originOf('srv/www/index.html')).toBe('context proved')
    expect(originOf('srv/www/patched.txt')).toBe('run claimed')
    expect(originOf('usr/local/bin/run.sh')).toBe('context proved')
    expect(originOf('usr/lib/libyaml-0.so.2')).toBe('package consistent')
    expect(originOf('home/app/.profile')).toBe('run claimed')
  })

  it.each<[string, readonly Entry[], string]>([
    ['an edited file', replaced(file('srv/www/index.html', 'x')), 'modified srv/www/index.html'],
    ['a file added', [...CLEAN, file('srv/www/x.html', 'x')], 'added srv/www/x.html'],
    ['a program added', [...CLEAN, program('usr/local/bin/x', 'x')], 'added usr/local/bin/x'],
    ['a file left out', without('srv/www/sub/style.css'), 'deleted srv/www/sub/style.css'],
    [
      'a library patched',
      replaced(program('usr/lib/libyaml-0.so.2', 'YAML')),
      'modified usr/lib/libyaml-0.so.2',
    ],
    [
      'a library of the base patched',
      [...CLEAN, program('usr/lib/libz.so.1', 'ZLIB')],
      'modified usr/lib/libz.so.1',
    ],
    [
      'a set-id program',
      [...CLEAN, program('usr/bin/x', 'x', { mode: 0o4755 })],
      'added usr/bin/x',
    ],
    [
      'a set-id bit',
      [...CLEAN, program('usr/bin/tar', 'tar', { mode: 0o4755 })],
      'mode usr/bin/tar',
    ],
    [
      'another mode',
      replaced(file('srv/www/index.html', '<p>\n', { mode: 0o755 })),
      'mode srv/www/index.html',
    ],
    [
      'another owner',
      replaced(file('srv/www/sub/style.css', 'p {}\n', { uid: 7 })),
      'owner srv/www/sub/style.css',
    ],
    [
      'a link in the place of a file',
      replaced(link('srv/www/index.html', '/etc/passwd')),
      'modified srv/www/index.html',
    ],
  ])('names %s', async (_, entries, change) => {
    const { named, verdict } = await merged(maker, entries)
    expect(named).toEqual([change])
    expect(verdict).toBe('drifted')
  })

  it('names the commit that an older file is of', async () => {
    const older = 'older\n'
    const blob = blobId(older)
    const sighting = { blob, path: 'www/index.html', commit: 'c'.repeat(40), date: '2026-01-01' }
    const { changes } = await merged(maker, replaced(file('srv/www/index.html', older)), {
      sightings: [sighting],
    })
    expect(changes).toMatchObject([{ origin: 'context-other-commit', path: 'srv/www/index.html' }])
  })

  it('lets a RUN take away what it could, and write where it is told to', async () => {
    const { changes } = await merged(maker, [...CLEAN, gone('etc/bash.bashrc'), file('etc/x', '')])
    expect(changes).toEqual([])
  })
})

const built = (text: string, entries: readonly Entry[] | null = null): Layer => ({
  createdBy: `${text} # buildkit`,
  comment: 'buildkit.dockerfile.v0',
  entries,
})
const squashed = (...entries: readonly Entry[]): Layer => ({ createdBy: '', entries })

describe('a layer of several instructions', () => {
  it('of COPY alone explains nothing else: no file, no deletion, no mode', async () => {
    const { named } = await judge({
      dockerfile: 'FROM debian:12\nCOPY a /srv/a\nCOPY b /opt/\n',
      tracked: { a: 'a', b: 'b' },
      layers: [
        squashed(
          file('srv/a', 'a'),
          file('opt/b', 'b'),
          file('etc/planted', 'x'),
          file('etc/hosts.allow', '# hosts\n', { mode: 0o600 }),
          gone('usr/bin/tar'),
        ),
      ],
    })
    expect(named).toEqual(['mode etc/hosts.allow', 'added etc/planted', 'deleted usr/bin/tar'])
  })

  it('takes the last of two instructions that write one file', async () => {
    const input = {
      dockerfile: 'FROM debian:12\nCOPY a /srv/x\nCOPY b /srv/x\n',
      tracked: { a: 'a', b: 'b' },
    }
    const right = await judge({ ...input, layers: [squashed(file('srv/x', 'b'))] })
    expect(right.named).toEqual([])
    const wrong = await judge({ ...input, layers: [squashed(file('srv/x', 'a'))] })
    expect(wrong.named).toEqual(['modified srv/x'])
    expect(wrong.changes[0]).toMatchObject({ line: 3, owner: 'b' })
  })

  it('lets a build write below the folder it is run in, but not into tracked files', async () => {
    const input = {
      dockerfile: 'FROM debian:12\nWORKDIR /app\nCOPY . .\nRUN npm install && npm run build\n',
      tracked: { 'main.js': '1', 'package-lock.json': '{}' },
      settings: { workingDir: '/app' },
    }
    const made = [
      folder('app'),
      file('app/package-lock.json', '{"x":1}'),
      file('app/dist/main.js', '2'),
    ]
    const clean = await judge({ ...input, layers: [squashed(...made, file('app/main.js', '1'))] })
    expect(clean.named).toEqual([])
    expect(clean.originOf('app/dist/main.js')).toBe('run claimed')
    const edited = await judge({ ...input, layers: [squashed(...made, file('app/main.js', '9'))] })
    expect(edited.named).toEqual(['modified app/main.js'])
    expect(edited.changes[0]?.evidence).toContain('no RUN in the same layer names it')
  })

  it.each([
    ['rm -rf /build', []],
    ['mv /build/tool /usr/bin/', []],
    ['make -C /src', ['deleted build/tool/main.c']],
  ])('after “%s” misses a copied file that is gone: %j', async (command, change) => {
    const { named } = await judge({
      dockerfile: `FROM debian:12\nCOPY tool /build/tool\nRUN ${command}\n`,
      tracked: { 'tool/main.c': 'x' },
      layers: [squashed(file('usr/bin/made', 'x'))],
    })
    expect(named).toEqual(change)
  })

  it('lets tools fill a home, and programs that install write beside a copied file', async () => {
    const home = await judge({
      dockerfile: 'FROM debian:12\nRUN adduser app\nCOPY dot /home/app/\n',
      tracked: { 'dot/rc': 'x' },
      layers: [squashed(...ACCOUNT, file('home/app/rc', 'x'), file('home/app/.other', 'x'))],
    })
    expect(home.named).toEqual(['added home/app/.other'])
    const installed = await judge({
      dockerfile: 'FROM debian:12\nRUN pip install flask\nCOPY run.sh /usr/local/bin/\n',
      tracked: { 'run.sh': 'x' },
      layers: [squashed(file('usr/local/bin/run.sh', 'x'), file('usr/local/bin/flask', 'x'))],
    })
    expect(installed.named).toEqual([])
  })

  it('names what a COPY brought of which nothing is tracked, though a build ran beside it', async () => {
    const { named } = await judge({
      dockerfile: [
        'FROM debian:12',
        'COPY target/*.jar /srv/',
        'COPY dist /srv/www',
        'COPY conf/*.json /etc/app/',
        'RUN make -C /opt/src',
        '',
      ].join('\n'),
      tracked: { 'conf/a.json': '{}' },
      layers: [
        squashed(
          file('srv/app.jar', 'x'),
          file('srv/other.txt', 'x'),
          folder('srv/www'),
          file('srv/www/main.js', 'x'),
          folder('etc/app'),
          file('etc/app/a.json', '{}'),
        ),
      ],
    })
    expect(named).toEqual(['added srv/app.jar', 'added srv/www/main.js'])
  })

  it('holds a stage to its own place', async () => {
    const { named, originOf } = await judge({
      dockerfile:
        'FROM debian:12 AS b\nRUN make\nFROM debian:12\nCOPY --from=b /out /opt/out\nCOPY a /srv/a\n',
      tracked: { a: 'a' },
      layers: [squashed(file('srv/a', 'a'), file('opt/out/x', 'x'), file('opt/elsewhere', 'x'))],
    })
    expect(originOf('opt/out/x')).toBe('stage claimed')
    expect(named).toEqual(['added opt/elsewhere'])
  })

  it('with a step that nobody wrote down only guesses at what no line explains', async () => {
    const { named, originOf, verdict } = await judge({
      dockerfile: 'FROM debian:12\nRUN make\nCOPY a /srv/a\n',
      tracked: { a: 'a' },
      layers: [
        built('RUN /bin/sh -c evil'),
        built('RUN /bin/sh -c make'),
        built('COPY a /srv/a'),
        squashed(file('srv/a', 'b'), file('srv/made', 'x')),
      ],
    })
    expect(named).toEqual(['modified srv/a'])
    expect(originOf('srv/made')).toBe('run guessed')
    expect(verdict).toBe('drifted')
  })

  it('that holds the base as well says so, and proves the copied files all the same', async () => {
    const whole = [...BASE_LAYER, file('srv/a', 'a'), file('etc/motd', 'hello\n')]
    const { named, originOf, steps } = await judge({
      dockerfile: 'FROM debian:12\nRUN make\nCOPY a /srv/a\n',
      tracked: { a: 'a' },
      base: null,
      layers: [squashed(...whole)],
    })
    expect(steps.map(({ alignment }) => alignment)).toEqual(['merged', 'merged', 'merged'])
    expect(named).toEqual([])
    expect(originOf('srv/a')).toBe('context proved')
    expect(originOf('etc/motd')).toBe('base guessed')
    expect(originOf('usr/bin/tar')).toBe('package consistent')
  })

  it('is held against the base that it swallowed, when that is at hand', async () => {
    const input = {
      dockerfile: 'FROM debian:12\nRUN make\nCOPY a /srv/a\n',
      tracked: { a: 'a' },
      base: null,
      held: BASE_LAYER,
      baseSettings: null,
    }
    const whole = [...BASE_LAYER, file('srv/a', 'a'), file('srv/made', 'x')]
    const clean = await judge({ ...input, layers: [squashed(...whole)] })
    expect(clean.named).toEqual([])
    expect(clean.heldBase).toMatchObject({ reference: 'debian:12', strength: 'consistent' })
    expect(clean.originOf('usr/bin/tar')).toBe('base consistent')
    expect(clean.originOf('srv/made')).toBe('run claimed')
    const planted = [
      ...whole.filter(({ path }) => path !== 'usr/bin/tar'),
      program('usr/bin/tar', 'TAR'),
      program('usr/bin/x', 'x', { mode: 0o4755 }),
    ]
    const spoiled = await judge({ ...input, layers: [squashed(...planted)] })
    expect(spoiled.named).toEqual(['modified usr/bin/tar', 'added usr/bin/x'])
    const other = [folder('srv'), file('srv/a', 'a'), file('etc/other', 'x')]
    expect((await judge({ ...input, layers: [squashed(...other)] })).heldBase).toBeNull()
  })
})
