import { afterAll, describe, expect, it } from 'vitest'
import { loadDescription, openRepository } from '../../src/description/index.ts'
import { git, gitWith, Workshop } from './workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())

const FILES = [
  ...['a', 'tests/a', 'tests/deep/b', 'src/tests/c', 'docs/x.md', 'docs/keep.md', 'lib/skip'],
  ...['lib/docs/y.md', 'sub/own', 'sub/out', 'sub/deep/out'],
]

describe('what .gitattributes keep out of archives', () => {
  it.each([
    ['a name at any depth', { '.gitattributes': 'tests export-ignore\n' }],
    ['a path', { '.gitattributes': '/tests export-ignore\nlib/skip export-ignore\n' }],
    [
      'a glob, and an exception',
      { '.gitattributes': '*.md export-ignore\nkeep.md -export-ignore\n' },
    ],
    ['two stars', { '.gitattributes': 'docs/** export-ignore\n' }],
    [
      'a file of a folder',
      { '.gitattributes': '* text\n', 'sub/.gitattributes': 'out export-ignore\n' },
    ],
    [
      'the last word of the nearer file',
      {
        '.gitattributes': 'out export-ignore\n',
        'sub/.gitattributes': 'out -export-ignore\n',
      },
    ],
    ['no pattern', { '.gitattributes': '# tests export-ignore\n\ntests diff\n' }],
  ])('%s: as git archive does', async (name, attributes) => {
    const files = Object.fromEntries(FILES.map((path) => [path, path]))
    const root = workshop.repository(name.replaceAll(/\W/g, '-'), {
      ...files,
      ...attributes,
      Dockerfile: 'FROM scratch\nCOPY . /\n',
    })
    const commit = git(root, 'rev-parse', 'HEAD').trim()
    const archive = gitWith(root, ['archive', '--format=tar', '--prefix=x/', commit], {})
    const left = FILES.filter((path) => !archive.includes(`x/${path}\0`))
    const repository = await openRepository(root)
    const request = {
      revision: commit,
      dockerfile: null,
      context: null,
      target: null,
      arguments: {},
    }
    const { files: found } = await loadDescription(repository, request)
    repository.close()
    const ignored = [...found.values()].filter((file) => file.exportIgnored === true)
    expect(ignored.map(({ path }) => path).sort()).toEqual(left.sort())
  })
})
