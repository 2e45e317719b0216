// Files of a commit that build images: which there are, by name, and what they say.
import {
  type BuildDefinition,
  type BuildFiles,
  byCodeUnit,
  printable,
  type UnreadBuildFile,
} from '../../core/index.ts'
import { readBake } from './bake.ts'
import { readCompose } from './compose.ts'
import { readGithub } from './github.ts'
import { readGitlab } from './gitlab.ts'
import { otherKind } from './other.ts'
import type { BuildFileReader } from './reader.ts'
import { MAX_BUILD_FILE } from './yaml.ts'

interface Kind {
  readonly path: RegExp
  readonly read: BuildFileReader
  readonly what: string
  readonly automated: boolean
}

/** One row a kind that is read. */
const KINDS: readonly Kind[] = [
  {
    path: /(?:^|\/)(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/,
    read: readCompose,
    what: 'a Compose file',
    automated: false,
  },
  {
    path: /(?:^|\/)docker-bake[\w.-]*\.json$/,
    read: readBake,
    what: 'a bake file',
    automated: false,
  },
  {
    path: /^\.github\/(?:workflows\/[^/]+|actions\/.+\/action)\.ya?ml$/,
    read: readGithub,
    what: 'a GitHub workflow',
    automated: true,
  },
  {
    path: /(?:^|\/)(?:[\w.-]*\.)?gitlab-ci\.ya?ml$|^\.gitlab\/.+\.ya?ml$/,
    read: readGitlab,
    what: 'a GitLab CI file',
    automated: true,
  },
]

/** Folders of other people's projects, of tests and of editors: their build files say nothing of this image. */
const FOREIGN = /(?:^|\/)(?:node_modules|vendor|third_party|testdata|fixtures|\.devcontainer)\//

/** Build files of one commit that are looked at. */
const MAX_FILES = 200
/** Bytes of all of them. */
const MAX_BYTES = 2 << 20
/** Builds of one commit. */
const MAX_DEFINITIONS = 2_000

/** Paths of build files among the files of a commit, the nearest to the root first. */
export function buildFilesOf(paths: Iterable<string>): readonly string[] {
  const found: string[] = []
  for (const path of paths) {
    if (FOREIGN.test(path)) continue
    if (kindOf(path) !== undefined || otherKind(path) !== null) found.push(path)
  }
  return found.sort((a, b) => depth(a) - depth(b) || byCodeUnit(a, b)).slice(0, MAX_FILES)
}

function depth(path: string): number {
  return path.split('/').length
}

function kindOf(path: string): Kind | undefined {
  return KINDS.find((kind) => kind.path.test(path))
}

/** What one build file says; `bytes` is null for one that is not at hand, or too large. */
export function readBuildFile(path: string, bytes: Uint8Array | null): BuildFiles {
  const kind = kindOf(path) ?? otherKind(path)
  if (kind === null) return { definitions: [], unread: [] }
  const { what, automated } = kind
  const whole = (reason: string): BuildFiles => ({
    definitions: [],
    unread: [{ file: path, line: 0, what: printable(`${what}${reason}`), automated }],
  })
  if (!('read' in kind)) {
    const { holds } = kind
    const text = bytes === null || holds === undefined ? null : decode(bytes)
    return text !== null && holds?.test(text) === false
      ? { definitions: [], unread: [] }
      : whole('')
  }
  if (bytes === null || bytes.length > MAX_BUILD_FILE) {
    return whole(', not at hand or too large')
  }
  const { definitions, unread, problem } = kind.read(path, decode(bytes))
  return problem === '' ? { definitions, unread } : whole(` that cannot be read: ${problem}`)
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

/** Reads the build files of a commit; `bytes` gives the content of a path, null when it is not at hand. */
export async function readBuildFiles(
  paths: Iterable<string>,
  bytes: (path: string, maxBytes: number) => Promise<Uint8Array | null>,
): Promise<BuildFiles> {
  const definitions: BuildDefinition[] = []
  const unread: UnreadBuildFile[] = []
  let left = MAX_BYTES
  for (const path of buildFilesOf(paths)) {
    const content = await bytes(path, Math.min(left, MAX_BUILD_FILE))
    left -= content?.length ?? 0
    const found = readBuildFile(path, content)
    definitions.push(...found.definitions)
    unread.push(...found.unread)
  }
  return { definitions: definitions.slice(0, MAX_DEFINITIONS), unread }
}
