// A small application as Debian and BuildKit would make it, in as many builds as a test of locks needs: each part
// can be another, in the image alone or together with its description.
import { createHash } from 'node:crypto'
import type { Workshop } from '../description/workshop.ts'
import { type LayerSpecification, type Member, writeDockerArchive } from './image.ts'

/** What differs from the usual build. */
export interface Build {
  /** Text of the Dockerfile; the usual one when left out. */
  readonly dockerfile?: string
  readonly base?: string
  readonly curl?: string
  /** Bytes of curl's program; its record follows them. */
  readonly curlProgram?: string
  readonly jq?: boolean
  readonly config?: string
  readonly tool?: string
  readonly report?: string
  readonly level?: string
  /** Day of the last change in /etc/shadow, and what logs say. */
  readonly day?: number
  /** Layers of further tracked steps, before the settings. */
  readonly steps?: readonly LayerSpecification[]
  /** Layers on top of all. */
  readonly more?: readonly LayerSpecification[]
  readonly files?: readonly Member[]
  readonly user?: string
}

/** The usual Dockerfile, and where its lines are. */
export const DOCKERFILE = [
  'FROM debian:12',
  'RUN apt-get update && apt-get install -y curl',
  'COPY app.conf /etc/app.conf',
  'RUN useradd app && make-tool > /usr/local/bin/tool && date > /opt/report.txt',
  'ENV LEVEL=1',
  'CMD ["tool"]',
  '',
].join('\n')

const comment = 'buildkit.dockerfile.v0'
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

const stanza = (name: string, release: string) =>
  `Package: ${name}\nStatus: install ok installed\nVersion: ${release}\nArchitecture: amd64\nMaintainer: x\nDescription: x\n\n`

function installed(name: string, program: string): Member[] {
  const info = `var/lib/dpkg/info/${name}`
  return [
    { name: `usr/bin/${name}`, content: program, mode: 0o755 },
    { name: `${info}.list`, content: `/.\n/usr\n/usr/bin\n/usr/bin/${name}\n` },
    { name: `${info}.md5sums`, content: `${md5(program)}  usr/bin/${name}\n` },
  ]
}

function accounts(day: number, users: readonly string[]): Member[] {
  const all = ['root', ...users]
  return [
    {
      name: 'etc/passwd',
      content: all.map((name, id) => `${name}:x:${id}:${id}::/nonexistent:/bin/sh\n`).join(''),
    },
    {
      name: 'etc/shadow',
      content: all.map((name) => `${name}:*:${day}:0:99999:7:::\n`).join(''),
      mode: 0o640,
    },
  ]
}

/** The parts of an image of this build. */
function layersOf(build: Build): readonly LayerSpecification[] {
  const { curl = '7.88.1-10', day = 20_000, base = 'one' } = build
  const program = `${build.curlProgram ?? 'ELF curl'} ${curl}`
  const status = stanza('base-files', `12-${base}`)
  const requested = stanza('curl', curl) + (build.jq === true ? stanza('jq', '1.6') : '')
  const lines = (build.dockerfile ?? DOCKERFILE).split('\n')
  const runs = lines.filter((line) => line.startsWith('RUN ')).map((line) => line.slice(4))
  return [
    {
      createdBy: 'ADD rootfs.tar / # buildkit',
      members: [
        {
          name: 'etc/os-release',
          content: `ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian ${base}"\n`,
        },
        ...accounts(19_000, []),
        ...installed('base-files', `base ${base}`),
        { name: 'var/lib/dpkg/status', content: status },
      ],
    },
    {
      createdBy: `RUN /bin/sh -c ${runs[0]} # buildkit`,
      members: [
        { name: 'var/lib/dpkg/status', content: status + requested },
        { name: 'var/lib/dpkg/status-old', content: status },
        ...installed('curl', program),
        ...(build.jq === true ? installed('jq', 'jq') : []),
        { name: 'var/log/dpkg.log', content: `day ${day} installed curl\n` },
        { name: 'var/cache/ldconfig/aux-cache', content: `inodes ${day}`, mode: 0o600 },
      ],
    },
    {
      createdBy: 'COPY app.conf /etc/app.conf # buildkit',
      members: [{ name: 'etc/app.conf', content: build.config ?? 'level = 1\n' }],
    },
    {
      createdBy: `RUN /bin/sh -c ${runs[1]} # buildkit`,
      members: [
        ...accounts(day, [build.user ?? 'app']),
        { name: 'usr/local/bin/tool', content: `\u007fELF ${build.tool ?? 'tool'}`, mode: 0o755 },
        { name: 'opt/report.txt', content: build.report ?? `made on day ${day}\n` },
        ...(build.files ?? []),
      ],
    },
    ...(build.steps ?? []),
    ...(build.more ?? []),
  ]
}

/** Writes the image of a build and returns its path. */
export async function writeBuild(
  workshop: Workshop,
  name: string,
  build: Build = {},
): Promise<string> {
  const layers = layersOf(build)
  const own = layers.slice(1).map((layer) => ({ created_by: layer.createdBy, comment }))
  const level = build.level ?? '1'
  const empty = [`ENV LEVEL=${level}`, 'CMD ["tool"]'].map((text) => ({
    created_by: text,
    comment,
    empty_layer: true,
  }))
  const more = build.more?.length ?? 0
  const at = own.length - more
  return writeDockerArchive(workshop.path(`${name}.tar`), {
    name: `${name}:1`,
    layers,
    history: [
      { created_by: 'ADD rootfs.tar / # buildkit', comment: 'debuerreotype' },
      ...own.slice(0, at),
      ...empty,
      ...own.slice(at),
    ],
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', `LEVEL=${level}`],
      Cmd: ['tool'],
    },
  })
}

/** The files of the usual description. */
export const DESCRIPTION = { Dockerfile: DOCKERFILE, 'app.conf': 'level = 1\n' }
