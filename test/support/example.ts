// The examples of rule files: decoded strictly, made real (a git repository, an image on disk).
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { type ImageSpecification, type Member, writeOciLayout } from './image.ts'

const files = z.record(z.string(), z.string())

const member = z.strictObject({
  name: z.string(),
  content: z.string().optional(),
  type: z.enum(['file', 'directory', 'symlink', 'link']).optional(),
  linkname: z.string().optional(),
  mode: z.number().optional(),
  uid: z.number().optional(),
  gid: z.number().optional(),
})

const layer = z.strictObject({
  members: z.array(member),
  createdBy: z.string().optional(),
  comment: z.string().optional(),
})

/** A Debian package of the lowest layer: its record claims these contents. */
const debian = z.strictObject({
  name: z.string(),
  version: z.string(),
  files,
  configuration: files.default({}),
})

const finding = z.strictObject({
  subject: z.string().optional(),
  path: z.string().optional(),
  line: z.number().nullable().optional(),
  layer: z.number().nullable().optional(),
  /** Beginning of the finding's detail, as it stands in the message. */
  detail: z.string().optional(),
  severity: z.enum(['error', 'warning', 'info']).optional(),
  base: z.boolean().optional(),
})

const example = z.strictObject({
  name: z.string(),
  expect: z.enum(['flagged', 'clean']),
  findings: z.array(finding).optional(),
  repository: z
    .strictObject({
      /** The first commit, and a second one on top of it. */
      files,
      later: files.optional(),
      /** A commit that no branch holds. */
      unreachable: files.optional(),
      /** Written after the last commit. */
      modified: files.default({}),
      untracked: files.default({}),
      revision: z.string().optional(),
      context: z.string().optional(),
      dockerfile: z.string().optional(),
      target: z.string().optional(),
    })
    .optional(),
  image: z
    .strictObject({
      base: z.strictObject({ layers: z.array(layer), config: z.unknown().optional() }).optional(),
      packages: z.array(debian).default([]),
      layers: z.array(layer),
      history: z.array(z.record(z.string(), z.unknown())).optional(),
      config: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
})

/** One example of a rule. */
export type Example = z.infer<typeof example>

/** An example on disk: what to hand to `audit`. */
export interface ReadyExample {
  readonly folder: string
  readonly reference: string
  readonly base: string | null
  /** `REPO[#REV]`, or null when the example has no repository. */
  readonly source: string | null
  readonly context: string | null
  readonly dockerfile: string | null
  readonly target: string | null
  remove(): void
}

/** The rule of a file and its examples. */
export function readExamples(file: string): { readonly id: string; readonly examples: Example[] } {
  const rule = z.looseObject({ id: z.string(), examples: z.array(z.unknown()) })
  const { id, examples } = rule.parse(parse(readFileSync(file, 'utf8')))
  return {
    id,
    examples: examples.map((given, index) => {
      const parsed = example.safeParse(given)
      if (parsed.success) return parsed.data
      throw new Error(`${basename(file)}: example ${index}: ${z.prettifyError(parsed.error)}`)
    }),
  }
}

/** Makes the repository and the image of an example in a folder of their own. */
export async function prepareExample(given: Example): Promise<ReadyExample> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-example-'))
  const commits = given.repository === undefined ? null : makeRepository(folder, given.repository)
  const fill = (text: string): string =>
    text.replace(/\{(commit|unreachable)\}/g, (_, name: 'commit' | 'unreachable') => {
      const commit = commits?.[name]
      if (commit === undefined) throw new Error(`no {${name}} in "${given.name}"`)
      return commit
    })
  const revision = given.repository?.revision
  const { reference, base } = await makeImage(folder, given.image, fill)
  return {
    folder,
    reference,
    base,
    source:
      commits === null
        ? null
        : join(folder, 'repository') + (revision === undefined ? '' : `#${fill(revision)}`),
    context: given.repository?.context ?? null,
    dockerfile: given.repository?.dockerfile ?? null,
    target: given.repository?.target ?? null,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

type RepositorySpecification = NonNullable<Example['repository']>

interface Commits {
  readonly commit: string
  readonly unreachable: string | undefined
}

function makeRepository(folder: string, given: RepositorySpecification): Commits {
  const root = join(folder, 'repository')
  mkdirSync(root)
  git(root, 'init', '--quiet', '--initial-branch=main')
  const commit = commitFiles(root, given.files)
  let unreachable: string | undefined
  if (given.unreachable !== undefined) {
    unreachable = commitFiles(root, given.unreachable)
    git(root, 'reset', '--quiet', '--hard', commit)
  }
  if (given.later !== undefined) commitFiles(root, given.later)
  writeFiles(root, given.modified)
  writeFiles(root, given.untracked)
  return { commit, unreachable }
}

function commitFiles(root: string, contents: Readonly<Record<string, string>>): string {
  writeFiles(root, contents)
  git(root, 'add', '--all', '--force')
  git(root, 'commit', '--quiet', '--allow-empty', '--message=example')
  return git(root, 'rev-parse', 'HEAD').trim()
}

function writeFiles(root: string, contents: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

function git(root: string, ...words: string[]): string {
  const date = '2026-01-01T00:00:00Z'
  return execFileSync('git', words, {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'A. Author',
      GIT_AUTHOR_EMAIL: 'author@example.org',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: 'A. Author',
      GIT_COMMITTER_EMAIL: 'author@example.org',
      GIT_COMMITTER_DATE: date,
    },
  })
}

const DEFAULT_IMAGE: NonNullable<Example['image']> = {
  packages: [],
  layers: [
    {
      members: [{ name: 'app', content: 'hello' }],
      createdBy: 'COPY app /app # buildkit',
      comment: 'buildkit.dockerfile.v0',
    },
  ],
}

async function makeImage(
  folder: string,
  given: Example['image'],
  fill: (text: string) => string,
): Promise<{ reference: string; base: string | null }> {
  const { base, packages, layers, history, config } = given ?? DEFAULT_IMAGE
  const lowest = base?.layers ?? []
  // JSON drops the fields that are absent; the decoder has checked the rest.
  const specification: ImageSpecification = JSON.parse(
    fill(
      JSON.stringify({ layers: withPackages([...lowest, ...layers], packages), history, config }),
    ),
  )
  const reference = await writeOciLayout(join(folder, 'image'), specification)
  if (base === undefined) return { reference, base: null }
  const below: ImageSpecification = JSON.parse(
    JSON.stringify({ layers: withPackages(lowest, packages), config: base.config }),
  )
  return { reference, base: await writeOciLayout(join(folder, 'base'), below) }
}

type Layer = z.infer<typeof layer>

/** Adds what dpkg would have written about the packages to the lowest layer. */
function withPackages(
  layers: readonly Layer[],
  packages: readonly z.infer<typeof debian>[],
): Layer[] {
  const [lowest, ...others] = layers
  if (lowest === undefined || packages.length === 0) return [...layers]
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
  const records: Member[] = [
    { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n' },
    { name: 'var/lib/dpkg/status', content: packages.map((one) => stanza(one, md5)).join('\n') },
  ]
  for (const { name, files: contents, configuration } of packages) {
    const sums = Object.entries(contents).map(([path, text]) => `${md5(text)}  ${path}\n`)
    const paths = [...Object.keys(contents), ...Object.keys(configuration)]
    const list = paths.map((path) => `/${path}\n`)
    records.push({ name: `var/lib/dpkg/info/${name}.md5sums`, content: sums.join('') })
    records.push({ name: `var/lib/dpkg/info/${name}.list`, content: list.join('') })
  }
  const members = [
    ...lowest.members,
    ...records.map(({ name, content }) => ({ name, content: String(content) })),
  ]
  return [{ ...lowest, members }, ...others]
}

function stanza(one: z.infer<typeof debian>, md5: (text: string) => string): string {
  const conffiles = Object.entries(one.configuration).map(
    ([path, text]) => ` /${path} ${md5(text)}\n`,
  )
  return [
    `Package: ${one.name}\nStatus: install ok installed\nArchitecture: amd64\n`,
    `Maintainer: A. Author <author@example.org>\nVersion: ${one.version}\nDescription: ${one.name}\n`,
    conffiles.length === 0 ? '' : `Conffiles:\n${conffiles.join('')}`,
  ].join('')
}
