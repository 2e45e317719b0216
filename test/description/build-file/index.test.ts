// Which files are build files, and what happens to those that cannot be read.
import { describe, expect, it } from 'vitest'
import { buildFilesOf, readBuildFile } from '../../../src/description/build-file/index.ts'

const encode = (text: string) => new TextEncoder().encode(text)

describe('build files', () => {
  it.each([
    'compose.yaml',
    'deploy/docker-compose.prod.yml',
    'docker-compose-test.yml',
    'docker-bake.json',
    'docker-bake.override.json',
    '.github/workflows/build.yaml',
    '.github/actions/image/action.yml',
    '.gitlab-ci.yml',
    '.gitlab/ci/build.yml',
  ])('%s is read', (path) => {
    expect(buildFilesOf([path])).toEqual([path])
    expect(readBuildFile(path, encode('a: 1\n')).unread).toEqual([])
  })

  it.each([
    ['Jenkinsfile', 'a Jenkins pipeline', true],
    ['ci/Jenkinsfile.release', 'a Jenkins pipeline', true],
    ['.circleci/config.yml', 'a CircleCI configuration', true],
    ['azure-pipelines.yml', 'an Azure pipeline', true],
    ['bitbucket-pipelines.yml', 'a Bitbucket pipeline', true],
    ['.drone.yml', 'a Drone pipeline', true],
    ['.travis.yml', 'a Travis CI configuration', true],
    ['.tekton/push.yaml', 'a Tekton pipeline', true],
    ['cloudbuild.yaml', 'a Cloud Build file', true],
    ['buildspec.yml', 'a CodeBuild file', true],
    ['docker-bake.hcl', 'a bake file in HCL', false],
    ['skaffold.yaml', 'a Skaffold file', false],
    ['Earthfile', 'an Earthfile', false],
  ])('%s is named', (path, what, automated) => {
    expect(readBuildFile(path, encode('x'))).toEqual({
      definitions: [],
      unread: [{ file: path, line: 0, what, automated }],
    })
  })

  it('a Makefile is one when it builds images', () => {
    expect(readBuildFile('Makefile', encode('all:\n\tcc x.c\n')).unread).toEqual([])
    expect(readBuildFile('Makefile', encode('i:\n\tdocker build .\n')).unread).toHaveLength(1)
  })

  it('others are not, nor those of other projects', () => {
    const paths = [
      'decompose.yaml',
      'compose.yaml.bak',
      'src/main.yml',
      'vendor/x/compose.yaml',
      '.devcontainer/docker-compose.yml',
      'web/node_modules/y/Jenkinsfile',
      '.github/dependabot.yml',
    ]
    expect(buildFilesOf(paths)).toEqual([])
  })

  it('nearest to the root go first, and there is an end', () => {
    const many = Array.from({ length: 500 }, (_, index) => `d${index}/compose.yaml`)
    const found = buildFilesOf([...many, 'compose.yaml'])
    expect(found[0]).toBe('compose.yaml')
    expect(found).toHaveLength(200)
  })
})

describe('build files of strangers', () => {
  const hostile: readonly (readonly [string, string])[] = [
    ['no YAML', 'a: [b\n'],
    ['deep nesting', '['.repeat(100_000)],
    ['an alias in itself', 'services: &a {x: *a, build: *a}\n'],
    ['anchors without end', `a: ${'&a '.repeat(5_000)}x`],
    ['an alias bomb', bomb()],
    ['merge keys that copy without end', merges()],
    ['binary bytes', '\u0000\u0001\ufffd'],
    [
      'keys of objects',
      '__proto__: {x: 1}\nservices: {__proto__: {build: .}, constructor: {build: x}}',
    ],
  ]
  it.each(hostile)('%s: every reader ends, with builds or with a reason', (_name, text) => {
    const started = performance.now()
    for (const path of [
      'compose.yaml',
      'docker-bake.json',
      '.github/workflows/x.yml',
      '.gitlab-ci.yml',
    ]) {
      const { definitions, unread } = readBuildFile(path, encode(text))
      expect(definitions.length + unread.length).toBeLessThan(1_000)
      for (const { what } of unread) expect(what).not.toContain('\u0000')
    }
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  it('too large ones, and those that are not at hand, are named', () => {
    const large = new Uint8Array(300 * 1024).fill(0x23)
    for (const bytes of [large, null]) {
      const { unread } = readBuildFile('.gitlab-ci.yml', bytes)
      expect(unread).toMatchObject([
        { what: expect.stringContaining('not at hand or too large'), automated: true },
      ])
    }
  })
})

/** Ten lists of ten of the list before. */
function bomb(): string {
  const lines = ['script: &a0 [docker build .]']
  for (let n = 1; n <= 10; n += 1) {
    lines.push(
      `j${n}: {script: &a${n} [${Array.from({ length: 10 }, () => `*a${n - 1}`).join(', ')}]}`,
    )
  }
  return lines.join('\n')
}

function merges(): string {
  const keys = Array.from({ length: 1_000 }, (_, index) => `k${index}: 1`).join(', ')
  const users = Array.from({ length: 1_000 }, (_, index) => `u${index}: {<<: *a}`).join('\n')
  return `a: &a {${keys}}\n${users}`
}
