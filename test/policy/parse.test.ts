// What assay.yaml may say, and what a person is told who wrote it wrong.
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../src/core/index.ts'
import { parsePolicy } from '../../src/policy/index.ts'

function refusal(text: string): AssayError {
  try {
    parsePolicy('conf/assay.yaml', text)
  } catch (thrown) {
    if (thrown instanceof AssayError) return thrown
    throw thrown
  }
  throw new Error('it was accepted')
}

const WHOLE = `# where the descriptions are
images:
  - match: registry.example/shop/*
    repository: ../shop
    revision: 1.10
    dockerfile: docker/Dockerfile
    context: web
    target: run
    arguments:
      VERSION: 1.10
      PORT: 8080
      EMPTY: ""
    base: bases/debian.tar
    platform: linux/arm64/v8
  - match: [worker, "**/worker:*"]
    repository: https://git.example/worker.git
repositories:
  - /srv/git
  - clones
artifacts:
  - path: target/*.jar
    by: mvn package
  - path: dist
    by: .github/workflows/build.yml#build
    repository: ../shop
`

describe('a whole assay.yaml', () => {
  const policy = parsePolicy('conf/assay.yaml', WHOLE)

  it('keeps texts as they are written: 1.10 is no number', () => {
    expect(policy.images[0]).toEqual({
      match: ['registry.example/shop/*'],
      repository: { name: '../shop', path: 'shop', line: 4 },
      revision: '1.10',
      dockerfile: 'docker/Dockerfile',
      context: 'web',
      target: 'run',
      arguments: { VERSION: '1.10', PORT: '8080', EMPTY: '' },
      base: 'conf/bases/debian.tar',
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      line: 3,
    })
  })

  it('takes several patterns, and a URL as no path', () => {
    expect(policy.images[1]).toMatchObject({
      match: ['worker', '**/worker:*'],
      repository: { name: 'https://git.example/worker.git', path: '' },
      revision: null,
      arguments: {},
      platform: null,
      line: 15,
    })
  })

  it('finds repositories beside the file', () => {
    expect(policy.repositories).toEqual([
      { name: '/srv/git', path: '/srv/git', line: 18 },
      { name: 'clones', path: 'conf/clones', line: 19 },
    ])
  })

  it('keeps the job of artifacts and where it was said', () => {
    expect(policy.artifacts).toEqual([
      { path: 'target/*.jar', by: 'mvn package', repository: null, line: 21 },
      {
        path: 'dist',
        by: '.github/workflows/build.yml#build',
        repository: { name: '../shop', path: 'shop', line: 25 },
        line: 23,
      },
    ])
  })

  it('may be empty, or nothing but comments', () => {
    const empty = { file: 'assay.yaml', images: [], repositories: [], artifacts: [] }
    expect(parsePolicy('assay.yaml', '')).toEqual(empty)
    expect(parsePolicy('assay.yaml', '# nothing yet\n')).toEqual(empty)
  })
})

/** Text, place, and what the message says. */
const WRONG: readonly (readonly [name: string, text: string, place: string, message: RegExp])[] = [
  ['a list', '- a\n', '1:1', /expected a mapping with images, repositories or artifacts/],
  ['no YAML', 'images: [a\n', '2:1', /\]/],
  ['a misspelt key', 'artefacts: []\n', '1:1', /unknown key `artefacts`/],
  [
    'a misspelt key of an image',
    'images:\n  - match: a\n    repo: b\n',
    '3:5',
    /unknown key `repo`/,
  ],
  ['a key of a later version', 'waivers: []\n', '1:1', /`waivers` is not known yet/],
  ['a key that is nothing like it', 'zzz: 1\n', '1:1', /unknown key `zzz`; expected images, /],
  ['a key that is there twice', 'images: []\nimages: []\n', '2:1', /`images` is there twice/],
  ['no list', 'images:\n  match: a\n', '1:1', /`images`: expected a list of mappings/],
  ['no match', 'images:\n  - repository: a\n', '2:5', /`match`: expected a pattern/],
  [
    'an empty repository',
    'images:\n  - match: a\n    repository:\n',
    '3:5',
    /`repository`: expected the repository/,
  ],
  [
    'a bad item of a list',
    'images:\n  - match: [a, {b: c}]\n    repository: d\n',
    '2:16',
    /`match`: expected a pattern/,
  ],
  [
    'a bad platform',
    'images:\n  - match: a\n    repository: b\n    platform: arm64\n',
    '4:5',
    /`platform`: expected OS\/ARCHITECTURE/,
  ],
  [
    'a bad argument',
    'images:\n  - match: a\n    repository: b\n    arguments:\n      A-B: c\n',
    '5:7',
    /`A-B`: expected the name of a build argument/,
  ],
  [
    'arguments as a list',
    'images:\n  - match: a\n    repository: b\n    arguments:\n      - A=b\n',
    '4:5',
    /`arguments`: expected a mapping/,
  ],
  [
    'an artifact without a job',
    'artifacts:\n  - path: dist\n',
    '2:5',
    /`by`: expected the tracked job/,
  ],
  [
    'an artifact that excuses everything',
    'artifacts:\n  - path: "**"\n    by: make\n',
    '2:5',
    /would excuse the whole context/,
  ],
  [
    'an artifact that is an exception',
    'artifacts:\n  - path: "!dist"\n    by: make\n',
    '2:5',
    /expected a pattern without !/,
  ],
  ['an alias', 'repositories: &a [x]\nimages: *a\n', '2:9', /aliases .* are not used/],
  ['several faults', 'one: 1\ntwo: 2\n', '1:1', /unknown key `one`.*\(and 1 more\)/],
]

describe('a wrong assay.yaml', () => {
  it.each(WRONG)('%s', (_name, text, place, message) => {
    const error = refusal(text)
    expect(error.code).toBe('configuration')
    expect(error.message).toMatch(message)
    expect(error.where).toBe(`conf/assay.yaml:${place}`)
  })

  it.each([
    ['artefacts: []\n', 'artifacts'],
    ['Images: []\n', 'images'],
    ['images:\n  - repo: b\n', 'repository'],
    ['images:\n  - args: b\n', 'arguments'],
    ['images:\n  - name: b\n', null],
  ])('%s: a suggestion', (text, key) => {
    expect(refusal(text).hint).toBe(key === null ? undefined : `did you mean \`${key}\`?`)
  })

  it('shows control characters of a key as escapes', () => {
    expect(refusal('"a\\e[31mb": 1\n').message).not.toContain('\u001b')
  })
})

describe('hostile YAML', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['an alias bomb', bomb()],
    ['deep nesting', `images: ${'['.repeat(100_000)}`],
    ['a thousand anchors on one value', `images: ${'&a '.repeat(5_000)}x`],
    ['many keys', Array.from({ length: 5_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['a merge key', 'a: &a {b: c}\nimages:\n  - <<: *a\n'],
  ]
  it.each(cases)('%s ends soon, with one error', (_name, text) => {
    const started = performance.now()
    expect(refusal(text).code).toBe('configuration')
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('a key named __proto__ is a key like any other', () => {
    expect(refusal('__proto__: {images: []}\n').message).toContain('unknown key `__proto__`')
  })
})

/** Ten lists of ten of the list before: ten thousand million values when aliases are followed. */
function bomb(): string {
  const lines = ['a0: &a0 [x]']
  for (let n = 1; n <= 10; n += 1) {
    lines.push(`a${n}: &a${n} [${Array.from({ length: 10 }, () => `*a${n - 1}`).join(', ')}]`)
  }
  return lines.join('\n')
}
