import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadDescription, mapCopy, openRepository } from '../../src/description/index.ts'
import { git, gitWith, Workshop } from './workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())

const ALLOWED = { env: { GIT_ALLOW_PROTOCOL: 'file' } }

const library = workshop.repository('library', { 'lib.c': 'int x;\n', docs: 'd' })
const inner = workshop.repository('inner', { deep: 'deep\n' })
gitWith(library, ['submodule', 'add', '--quiet', inner, 'third/inner'], ALLOWED)
git(library, 'commit', '--quiet', '--message=inner')

function superproject(name: string): string {
  const root = workshop.repository(name, { Dockerfile: 'FROM scratch\nCOPY . /app\n', own: 'o' })
  gitWith(root, ['submodule', 'add', '--quiet', library, 'vendor/library'], ALLOWED)
  git(root, 'commit', '--quiet', '--message=library')
  return root
}

async function load(path: string) {
  const repository = await openRepository(path)
  try {
    return await loadDescription(repository, {
      revision: git(path, 'rev-parse', 'HEAD').trim(),
      dockerfile: null,
      context: null,
      target: null,
      arguments: {},
    })
  } finally {
    repository.close()
  }
}

const vendored = (paths: Iterable<string>) => [...paths].filter((path) => path.startsWith('vendor'))

describe('files of a submodule', () => {
  it('are those of its own commit, nested ones too, where it is checked out', async () => {
    const root = superproject('full')
    gitWith(root, ['submodule', 'update', '--quiet', '--init', '--recursive'], ALLOWED)
    const { files, unknowns } = await load(root)
    expect(vendored(files.keys())).toEqual([
      'vendor/library/.gitmodules',
      'vendor/library/docs',
      'vendor/library/lib.c',
      'vendor/library/third/inner/deep',
    ])
    expect(unknowns).toEqual([])
    const blob = git(library, 'rev-parse', 'HEAD:lib.c').trim()
    expect(files.get('vendor/library/lib.c')?.blob).toBe(blob)
  })

  it('are read as history and blobs of the superproject', async () => {
    const root = superproject('history')
    gitWith(root, ['submodule', 'update', '--quiet', '--init', '--recursive'], ALLOWED)
    const repository = await openRepository(root)
    try {
      const revision = git(root, 'rev-parse', 'HEAD').trim()
      const request = { revision, dockerfile: null, context: null, target: null, arguments: {} }
      const { files } = await loadDescription(repository, request)
      const blob = files.get('vendor/library/third/inner/deep')?.blob ?? ''
      expect(Buffer.from((await repository.blob(blob, 100)) ?? []).toString()).toBe('deep\n')
      expect((await repository.sightings([blob])).get(blob)?.path).toBe('deep')
    } finally {
      repository.close()
    }
  })

  it('are named as not at hand where it is not checked out', async () => {
    const origin = superproject('origin')
    const clone = workshop.path('clone')
    gitWith(workshop.folder, ['clone', '--quiet', origin, clone], ALLOWED)
    const { files, unknowns } = await load(clone)
    expect(files.get('vendor/library')).toMatchObject({ kind: 'submodule' })
    expect(unknowns).toMatchObject([{ place: 'vendor/library', weight: 'partial' }])
    expect(unknowns[0]?.reason).toContain('git submodule update --init')
  })

  it('that is not at hand is what a COPY of a file in it maps to', async () => {
    const origin = superproject('parts')
    writeFileSync(
      join(origin, 'Dockerfile'),
      'FROM scratch\nCOPY vendor/library/lib.c /x/\nCOPY vendor/none /y\n',
    )
    git(origin, 'commit', '--quiet', '--all', '--message=parts')
    const clone = workshop.path('parts-clone')
    gitWith(workshop.folder, ['clone', '--quiet', origin, clone], ALLOWED)
    const { dockerfile, files } = await load(clone)
    const [, first, second] = dockerfile.instructions
    if (first === undefined || second === undefined) throw new Error('the Dockerfile has two COPYs')
    expect([...mapCopy(first, files, false)]).toMatchObject([
      ['x/lib.c', { path: 'vendor/library', kind: 'submodule' }],
    ])
    expect([...mapCopy(second, files, false)]).toEqual([])
  })

  it('a name that leads out of the repository is not followed', async () => {
    const root = superproject('hostile')
    const text = '[submodule "../../evil"]\n\tpath = vendor/library\n\turl = x\n'
    workshop.commit(root, { '.gitmodules': text })
    const repository = await openRepository(root)
    const commit = git(root, 'rev-parse', 'HEAD').trim()
    const names = await repository.submoduleNames(commit)
    repository.close()
    expect([...names]).toEqual([])
  })
})
