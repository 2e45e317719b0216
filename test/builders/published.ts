// Content hashes of the legacy builder in published histories of official images, held against the git objects of
// the repositories they were built from. Facts only: the repositories themselves are read where they are at hand.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { recordedHash } from '../../src/attribution/dialect/index.ts'
import { isHashOf } from '../../src/attribution/legacy-hash.ts'
import type { ContextFile } from '../../src/core/index.ts'
import { parseDockerfile } from '../../src/description/dockerfile/index.ts'

/** A `COPY` hash as a published history has it, with the names of the files that its instruction takes. */
export interface PublishedHash {
  /** `owner/name` */
  readonly repository: string
  readonly image: string
  readonly sources: readonly string[]
  readonly hash: string
}

/** What the repository says of it. */
export interface CheckedHash extends PublishedHash {
  /** Blobs that give this hash, one a source; null when none do; undefined when the repository is not at hand. */
  readonly blobs: readonly string[] | null | undefined
}

const nginx = { repository: 'nginxinc/docker-nginx', image: 'nginx' }
const [entrypoint, listen, tune] = [
  ['docker-entrypoint.sh'],
  ['10-listen-on-ipv6-by-default.sh'],
  ['30-tune-worker-processes.sh'],
] as const
const php = { repository: 'docker-library/php', image: 'php' }
const phpScripts = [
  ...['docker-php-ext-configure', 'docker-php-ext-enable', 'docker-php-ext-install'],
  'docker-php-entrypoint',
]

/** From the histories that docker-library/repo-info publishes, 2018 to 2024. */
export const publishedHashes: readonly PublishedHash[] = [
  {
    ...{ ...nginx, sources: entrypoint },
    hash: 'file:65504f71f5855ca017fb64d502ce873a31b2e0decd75297a8fb0a287f97acf92',
  },
  {
    ...{ ...nginx, sources: entrypoint },
    hash: 'file:e7e183879c35719c18aa7f733651029fbcc55f5d8c22a877ae199b389425789e',
  },
  {
    ...{ ...nginx, sources: listen },
    hash: 'file:0b866ff3fc1ef5b03c4e6c8c513ae014f691fb05d530257dfffd07035c1b75da',
  },
  {
    ...{ ...nginx, sources: listen },
    hash: 'file:1d0a4127e78a26c11640bbedaeaa28ecafb5c40effef923390c04428192d665a',
  },
  {
    ...{ ...nginx, sources: ['20-envsubst-on-templates.sh'] },
    hash: 'file:0fd5fca330dcd6a7de297435e32af634f29f7132ed0550d342cad9fd20158258',
  },
  {
    ...{ ...nginx, sources: tune },
    hash: 'file:09a214a3e07c919af2fb2d7c749ccbc446b8c10eb217366e5a65640ee9edcc25',
  },
  {
    ...{ ...nginx, sources: tune },
    hash: 'file:c7f3907578be6851a0db02acac9e97c4d7eabda5f22a5a1ffe21139197dceb7a',
  },
  {
    ...{ repository: 'nodejs/docker-node', image: 'node', sources: entrypoint },
    hash: 'file:238737301d47304174e4d24f4def935b29b3069c03c72ae8de97d94624382fce',
  },
  {
    ...{ ...php, sources: ['docker-php-source'] },
    hash: 'file:ce57c04b70896f77cc11eb2766417d8a1240fcffe5bba92179ec78c458844110',
  },
  ...[
    'c1ff99c7805e8f41fdb0717f754884884ce2157d746a82343d7c737c86ded761',
    'e4407f0002276f00cc93b01e48696c1f677a5f7d3d194b3a84bec1cc5e733bcb',
    '2cdcedabcf5a3b9ae610fab7848e94bc2f64b4d85710d55fd6f79e44dacf73d8',
  ].map((hex) => ({ ...php, sources: phpScripts, hash: `multi:${hex}` })),
]

function git(repository: string, words: readonly string[]): Buffer {
  const options = { maxBuffer: 256 << 20 }
  const { status, stdout, stderr } = spawnSync('git', ['-C', repository, ...words], options)
  if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`)
  return stdout
}

interface Version {
  readonly blob: string
  readonly executable: boolean
}

const globs = (names: readonly string[]): string[] => names.map((name) => `:(glob)**/${name}`)

/** Which contents files of these names had together in one folder, in any commit that touched one of them. */
function versionsOf(repository: string, names: readonly string[]): readonly (readonly Version[])[] {
  const words = ['log', '--all', '--format=%H', '--', ...globs(names)]
  const commits = git(repository, words).toString().trim().split('\n')
  const found = new Map<string, readonly Version[]>()
  for (const commit of commits) {
    const folders = new Map<string, Map<string, Version>>()
    const rows = git(repository, ['ls-tree', '-r', commit]).toString()
    for (const [, mode, blob = '', folder = '', name = ''] of rows.matchAll(
      /^(100644|100755) blob ([0-9a-f]+)\t(.*?)([^/\n]+)$/gm,
    )) {
      if (!names.includes(name)) continue
      const inside = folders.get(folder) ?? new Map<string, Version>()
      folders.set(folder, inside.set(name, { blob, executable: mode === '100755' }))
    }
    for (const inside of folders.values()) {
      const versions = names.flatMap((name) => inside.get(name) ?? [])
      if (versions.length === names.length) found.set(JSON.stringify(versions), versions)
    }
  }
  return [...found.values()]
}

async function check(one: PublishedHash, repository: string): Promise<readonly string[] | null> {
  const recorded = recordedHash(`/bin/sh -c #(nop) COPY ${one.hash} in /x/ `)
  const text = `FROM scratch\nCOPY ${one.sources.join(' ')} /x/\n`
  const copy = parseDockerfile(text, { arguments: {}, target: null }).instructions.find(
    ({ keyword }) => keyword === 'COPY',
  )
  if (recorded === null || copy === undefined) throw new Error(`no hash: ${one.hash}`)
  const contents = new Map<string, Buffer>()
  const read = async (blob: string): Promise<Uint8Array> => {
    const bytes = contents.get(blob) ?? git(repository, ['cat-file', 'blob', blob])
    contents.set(blob, bytes)
    return bytes
  }
  for (const versions of versionsOf(repository, one.sources)) {
    const files = new Map<string, ContextFile>()
    for (const [index, version] of versions.entries()) {
      const path = one.sources[index] ?? ''
      files.set(path, { ...version, path, kind: 'file' })
    }
    if (await isHashOf(recorded, copy, files, read)) return versions.map(({ blob }) => blob)
  }
  return null
}

/** Checks all of them against the clones in the folder: `owner+name` or `name`, bare or not. */
export async function checkPublished(folder: string | null): Promise<readonly CheckedHash[]> {
  const checked: CheckedHash[] = []
  for (const one of publishedHashes) {
    const [owner = '', name = ''] = one.repository.split('/')
    const places = [`${owner}+${name}/repo`, `${owner}+${name}`, name].map((each) =>
      join(folder ?? '', each),
    )
    const place = folder === null ? undefined : places.find((each) => existsSync(each))
    checked.push({ ...one, blobs: place === undefined ? undefined : await check(one, place) })
  }
  return checked
}
