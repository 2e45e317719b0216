// What git does to a file between its blob and the work tree: line endings, large files behind pointers,
// submodules, substituted formats. A context from such a checkout is the tracked one, byte for byte or not.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './engine.ts'
import { nothingMissing, type Part } from './part.ts'
import { git, makeRepository, writeFiles } from './repositories.ts'
import { plantedFile } from './truth.ts'
import type { App, Checkout, Truth, Workshop } from './workshop.ts'

const dockerfile = `FROM scratch
COPY . /srv/
CMD ["/srv/run"]
`
const ignored = '**/.git\nDockerfile\n.dockerignore\n'
const both = ['legacy', 'buildkit'] as const
const clean = { verdict: 'rebuildable', planted: [] } as const

/** A checkout of the app, changed by `prepare`, built by these builders as one case each. */
interface Checked {
  readonly name: string
  readonly checkout?: Checkout
  readonly prepare?: (context: string) => void | Promise<void>
  readonly builders: readonly (typeof both)[number][]
  readonly truth: Omit<Truth, 'name'>
}

async function addChecked(workshop: Workshop, app: App, checked: Checked): Promise<void> {
  const { name, builders, truth } = checked
  const context = await workshop.checkout(app, name, checked.checkout)
  await checked.prepare?.(context)
  for (const builder of builders) {
    const tag = await workshop.build(app, builder, { name, context })
    const full = builders.length === 1 ? name : `${name}-${builder}`
    await workshop.add(app, `${builder}`, tag, { name: full, ...truth })
  }
}

/** Windows line endings by a tracked attribute, and by a setting of whoever checked out. */
async function lines(workshop: Workshop): Promise<void> {
  const app: App = {
    name: 'lines',
    base: 'scratch',
    plans: [
      {
        message: 'Scripts for everybody',
        files: {
          Dockerfile: dockerfile,
          '.dockerignore': ignored,
          '.gitattributes': '*.bat text eol=crlf\n*.sh text eol=lf\n',
          'start.bat': '@echo off\necho started\n',
          'start.sh': { content: '#!/bin/sh\necho started\n', mode: 0o755 },
          'notes.txt': 'first line\nsecond line\n',
        },
      },
    ],
  }
  await workshop.describe(app)
  const settings = ['core.autocrlf=true']
  await addChecked(workshop, app, { name: 'lines-attributes', builders: both, truth: clean })
  await addChecked(workshop, app, {
    ...{ name: 'lines-autocrlf', builders: both, checkout: { settings } },
    truth: clean,
  })
  await addChecked(workshop, app, {
    ...{ name: 'lines-edited', builders: ['buildkit'] },
    prepare: (context) => writeFiles(context, { 'start.bat': '@echo off\r\necho stopped\r\n' }),
    truth: { verdict: 'drifted', planted: [plantedFile('modified', 'srv/start.bat')] },
  })
}

function pointerOf(content: string): string {
  const oid = createHash('sha256').update(content).digest('hex')
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`
}

/** A large file behind its pointer: fetched, not fetched, and another one. */
async function large(workshop: Workshop): Promise<void> {
  const model = 'weights of the model\n'.repeat(500)
  const app: App = {
    name: 'large',
    base: 'scratch',
    plans: [
      {
        message: 'A model behind a pointer',
        files: {
          Dockerfile: dockerfile,
          '.dockerignore': ignored,
          '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
          'model.bin': pointerOf(model),
          'labels.txt': 'cat\ndog\n',
        },
      },
    ],
  }
  await workshop.describe(app)
  const write = (content: string) => (context: string) =>
    writeFiles(context, { 'model.bin': content })
  await addChecked(workshop, app, {
    ...{ name: 'large-fetched', builders: both, truth: clean, prepare: write(model) },
  })
  await addChecked(workshop, app, { name: 'large-pointer', builders: ['legacy'], truth: clean })
  await addChecked(workshop, app, {
    ...{ name: 'large-other', builders: ['buildkit'] },
    prepare: write(model.replaceAll('model', 'molde')),
    truth: { verdict: 'drifted', planted: [plantedFile('modified', 'srv/model.bin')] },
  })
}

/** A submodule: as tracked, and with a file that was edited in it. */
async function vendored(workshop: Workshop): Promise<void> {
  const parts = { message: 'Parts', files: { 'bolt.txt': 'M8\n', 'deep/nut.txt': 'M8\n' } }
  const library = join(workshop.folder, 'repositories', 'vendored-parts')
  rmSync(library, { recursive: true, force: true })
  await makeRepository(library, [parts])
  const app: App = {
    name: 'vendored',
    base: 'scratch',
    plans: [
      {
        message: 'A machine of parts',
        files: { Dockerfile: dockerfile, '.dockerignore': ignored, 'machine.txt': 'one\n' },
      },
    ],
  }
  await workshop.describe(app)
  const allowed = ['-c', 'protocol.file.allow=always']
  const repository = workshop.repository(app)
  await git(repository, [...allowed, 'submodule', 'add', '--quiet', library, 'vendor/parts'])
  await git(repository, ['commit', '--quiet', '--message', 'Vendor the parts'], 1)
  const withParts = async (context: string): Promise<void> => {
    await git(context, [...allowed, 'submodule', 'update', '--init', '--quiet'])
  }
  await addChecked(workshop, app, {
    ...{ name: 'vendored-clean', builders: both, truth: clean, prepare: withParts },
  })
  await addChecked(workshop, app, {
    ...{ name: 'vendored-edited', builders: ['buildkit'] },
    prepare: async (context) => {
      await withParts(context)
      writeFiles(context, { 'vendor/parts/bolt.txt': 'M9\n' })
    },
    truth: { verdict: 'drifted', planted: [plantedFile('modified', 'srv/vendor/parts/bolt.txt')] },
  })
}

/** `git archive` with `export-subst`: the commit's own words, and words of no commit. */
async function stamped(workshop: Workshop): Promise<void> {
  const app: App = {
    name: 'stamped',
    base: 'scratch',
    plans: [
      {
        message: 'Stamped by git archive',
        files: {
          Dockerfile: dockerfile,
          '.dockerignore': ignored,
          '.gitattributes': 'version.txt export-subst\ntests export-ignore\n',
          'version.txt': 'commit $Format:%H$ of $Format:%ci$\n',
          'app.txt': 'stamped\n',
          'tests/app.txt': 'not exported\n',
        },
      },
      { message: 'Another app', files: { 'app.txt': 'stamped twice\n' } },
    ],
  }
  await workshop.describe(app)
  const archive = async (context: string): Promise<void> => {
    rmSync(context, { recursive: true })
    mkdirSync(context)
    const file = `${context}.tar`
    const umask = ['-c', 'tar.umask=0022']
    await git(workshop.repository(app), [...umask, 'archive', '--output', file, 'main'])
    await run('tar', ['-xf', file, '-C', context])
  }
  await addChecked(workshop, app, {
    ...{ name: 'stamped-clean', builders: both, truth: clean, prepare: archive },
  })
  await addChecked(workshop, app, {
    ...{ name: 'stamped-other', builders: ['buildkit'] },
    prepare: async (context) => {
      await archive(context)
      const text = readFileSync(join(context, 'version.txt'), 'utf8')
      writeFiles(context, { 'version.txt': text.replace(/[0-9a-f]{40}/, 'f'.repeat(40)) })
    },
    truth: { verdict: 'drifted', planted: [plantedFile('modified', 'srv/version.txt')] },
  })
}

/** All of these. */
export const trackedPart: Part = {
  name: 'tracked',
  missing: nothingMissing,
  make: async (workshop) => {
    await lines(workshop)
    await large(workshop)
    await vendored(workshop)
    await stamped(workshop)
  },
  cases: [
    ...['lines-attributes-legacy', 'lines-attributes-buildkit'],
    ...['lines-autocrlf-legacy', 'lines-autocrlf-buildkit', 'lines-edited'],
    ...['large-fetched-legacy', 'large-fetched-buildkit', 'large-pointer', 'large-other'],
    ...['vendored-clean-legacy', 'vendored-clean-buildkit', 'vendored-edited'],
    ...['stamped-clean-legacy', 'stamped-clean-buildkit', 'stamped-other'],
  ],
}
