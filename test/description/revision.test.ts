import { mkdirSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { openRepository, parseSource, readRevision } from '../../src/description/index.ts'
import { git, Workshop } from './workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())

const FILES = { Dockerfile: 'FROM scratch\nCOPY . /\n', app: '1' }

describe('readRevision', () => {
  it('says of any text where it leads', async () => {
    const root = workshop.repository('revisions', FILES)
    const commit = git(root, 'rev-parse', 'HEAD').trim()
    git(root, 'tag', '-a', '-m', 'x', 'v1.0')
    const lost = workshop.commit(root, { app: 'lost' })
    git(root, 'reset', '--quiet', '--hard', commit)
    const absent = '0123456789abcdef0123456789abcdef01234567'
    const cases: [string, string, string, boolean][] = [
      [commit, commit, 'found', false],
      [`${commit}-dirty`, commit, 'found', true],
      [commit.slice(0, 8), commit, 'found', false],
      ['v1.0', commit, 'found', false],
      [`v1.0-0-g${commit.slice(0, 9)}`, commit, 'found', false],
      ['main', commit, 'found', false],
      [lost, lost, 'unreachable', false],
      [absent, '', 'missing', false],
      [`${absent}-dirty`, '', 'missing', true],
      [absent.repeat(2).slice(0, 64), '', 'missing', false],
      ['unknown', '', 'invalid', false],
      ['', '', 'invalid', false],
      ['-dirty', '', 'invalid', true],
      ['--output=/tmp/x', '', 'invalid', false],
      [':/change', '', 'invalid', false],
      ['HEAD~1', '', 'invalid', false],
      ['main\nx', '', 'invalid', false],
      ['\u0000', '', 'invalid', false],
      ['x'.repeat(100_000), '', 'invalid', false],
    ]
    const repository = await openRepository(root)
    try {
      for (const [text, id, state, dirty] of cases) {
        expect(await readRevision(repository, 'label', text)).toEqual({
          from: 'label',
          text,
          commit: id,
          state,
          dirty,
        })
      }
    } finally {
      repository.close()
    }
  })
})

describe('parseSource', () => {
  const folder = workshop.path('with#hash')
  const plain = workshop.path('with')
  mkdirSync(folder)
  mkdirSync(plain)
  it.each([
    [plain, { repository: plain, revision: null, context: null }],
    [`${plain}#main`, { repository: plain, revision: 'main', context: null }],
    [`${plain}#main:a/b`, { repository: plain, revision: 'main', context: 'a/b' }],
    [`${plain}#:a`, { repository: plain, revision: null, context: 'a' }],
    [`${plain}#`, { repository: plain, revision: null, context: null }],
    [folder, { repository: folder, revision: null, context: null }],
    [`${folder}#fix#12:x`, { repository: folder, revision: 'fix#12', context: 'x' }],
    ['nowhere#v1:x:y', { repository: 'nowhere', revision: 'v1', context: 'x:y' }],
  ])('%s', (text, expected) => {
    expect(parseSource(text)).toEqual(expected)
  })

  it.each([
    '',
    '#main',
    'https://example.org/x.git#main',
    'git@example.org:x',
    '.#--upload-pack=x',
  ])('refuses %s', (text) => {
    expect(() => parseSource(text)).toThrowError(expect.objectContaining({ code: 'usage' }))
  })
})
