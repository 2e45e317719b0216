// Descriptions that no label leads to: Red Hat's build information, assay.yaml, and images that say nothing.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePolicy } from '../../src/policy/index.ts'
import { BUILT_IN_RULES } from '../../src/rule/index.ts'
import { git } from '../description/workshop.ts'
import { DOCKERFILE, FindWorkshop, told, URL } from './find-workshop.ts'

const workshop = new FindWorkshop()
afterAll(() => workshop.remove())

let first = ''
let second = ''
let root = ''

beforeAll(() => {
  root = workshop.clone('app', { Dockerfile: DOCKERFILE, app: 'one\n' })
  first = git(root, 'rev-parse', 'HEAD').trim()
  second = workshop.commit(root, { app: 'two\n' })
})

const at = () => ({ repositories: [workshop.path('repositories')] })

describe("Red Hat's build information", () => {
  it("the image's own Dockerfile is told from the base's, and the list of contents names the source", async () => {
    const text = DOCKERFILE
    const members = [
      { name: 'root/buildinfo/Dockerfile-ubi9-9.4-1', content: 'FROM koji\n' },
      { name: 'root/buildinfo/Dockerfile-example-app-1.0-7', content: text },
      {
        name: 'root/buildinfo/content_manifests/app.json',
        content: JSON.stringify({ image_contents: [{ purl: `pkg:github/example/app@${first}` }] }),
      },
    ]
    const labels = {
      ...{ 'com.redhat.component': 'app-container', name: 'example/app', version: '1.0' },
      release: '7',
    }
    const result = await workshop.audit(await workshop.image({ members, labels }), at())
    expect(told(result)).toMatchObject({
      revision: first,
      by: 'red-hat claimed',
      outcomes: ['red-hat incomplete', 'red-hat used'],
    })
    expect(result.claims[0]).toMatchObject({
      from: '/root/buildinfo/Dockerfile-example-app-1.0-7',
      note: `the Dockerfile inside is Dockerfile at ${first.slice(0, 12)}`,
    })
  })
})

describe('assay.yaml', () => {
  const policy = (repository: string, more = '') =>
    parsePolicy(
      join(workshop.folder, 'assay.yaml'),
      `images:\n  - match: example.test/app\n    repository: ${repository}\n${more}`,
    )

  it('maps a name to a repository, before any claim', async () => {
    const image = await workshop.image({ labels: { 'org.opencontainers.image.revision': second } })
    const mapped = await workshop.audit(image, { policy: policy(root, `    revision: ${first}\n`) })
    expect(told(mapped)).toMatchObject({
      revision: first,
      by: 'mapping given',
      revisionBy: 'mapping given',
    })
    expect(mapped.description?.how).toContain('assay.yaml:2')
    const unpinned = await workshop.audit(image, { policy: policy(root) })
    expect(told(unpinned)).toMatchObject({ revision: second, revisionBy: 'label claimed' })
  })

  it('may name a URL, when a clone of it is at hand', async () => {
    const image = await workshop.image({ labels: { 'org.opencontainers.image.revision': first } })
    expect(told(await workshop.audit(image, { ...at(), policy: policy(URL) }))).toMatchObject({
      revision: first,
      by: 'mapping given',
    })
    const away = await workshop.audit(image, { policy: policy(URL) })
    expect(told(away)).toMatchObject({ revision: null, verdict: 'unknown' })
    expect(away.reasons.map(({ text }) => text).join('\n')).toMatch(
      /assay\.yaml:2 names https:\/\/github\.com\/example\/app, which is not at hand/,
    )
  })
})

describe('an image that says nothing', () => {
  it('is searched for, and what explains it is told', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => `${name} has a content of its own\n`.repeat(9))
    const tree = { Dockerfile: 'FROM scratch\nCOPY src /\n', 'src/app': `${a}`, 'src/b/b': `${b}` }
    const clone = workshop.clone('silent', { ...tree, 'src/c': `${c}` }, '')
    const commit = git(clone, 'rev-parse', 'HEAD').trim()
    workshop.commit(clone, { 'src/app': 'later\n' })
    const members = [
      { name: 'b/b', content: `${b}` },
      { name: 'c', content: `${c}` },
    ]
    const createdBy = 'COPY src / # buildkit'
    const image = await workshop.image({ content: `${a}`, members, createdBy })
    const result = await workshop.audit(image, at())
    expect(told(result)).toMatchObject({ revision: commit, by: 'search searched', outcomes: [] })
    expect(result.description?.how).toMatch(/^found by searching \d+ repositories: /)
  })

  it('is orphaned when every repository was searched, and unknown while a claim leads elsewhere', async () => {
    const content = 'from nowhere\n'
    const members = [{ name: 'opt/tool', content: 'tool\n' }]
    const lone = new FindWorkshop()
    try {
      lone.clone('unlike', { Dockerfile: 'FROM debian:12\nRUN make all\n', Makefile: 'all:\n' }, '')
      const there = { repositories: [lone.path('repositories')] }
      const silent = await workshop.audit(await workshop.image({ content, members }), there)
      expect(told(silent)).toMatchObject({ verdict: 'orphaned', revision: null })
      const labels = { 'org.opencontainers.image.source': URL }
      const labelled = await workshop.image({ content, members, labels })
      expect(told(await workshop.audit(labelled, there))).toMatchObject({
        verdict: 'unknown',
        outcomes: ['label not-at-hand'],
      })
    } finally {
      lone.remove()
    }
  })
})

describe('a clone whose remote is another address', () => {
  it('is asked for the commit all the same; what it lacks is told, and is no fault of the image', async () => {
    const mirror = workshop.clone(
      'mirror',
      { Dockerfile: DOCKERFILE, app: 'one\n' },
      'https://mirror.test/a',
    )
    const commit = git(mirror, 'rev-parse', 'HEAD').trim()
    workshop.commit(mirror, { app: 'two\n' })
    const labels = (revision: string) => ({
      'org.opencontainers.image.source': 'https://github.com/elsewhere/app',
      'org.opencontainers.image.revision': revision,
    })
    const there = await workshop.audit(await workshop.image({ labels: labels(commit) }), {
      source: mirror,
    })
    expect(told(there)).toMatchObject({ revision: commit, outcomes: ['label used'] })
    const gone = await workshop.audit(await workshop.image({ labels: labels('f'.repeat(40)) }), {
      source: mirror,
      rules: [BUILT_IN_RULES],
    })
    expect(told(gone).outcomes).toEqual(['label contradicts'])
    expect(gone.findings.map(({ rule }) => rule)).not.toContain('T09')
    expect(gone.unknown.map(({ reason }) => reason).join('\n')).toContain('claims contradict')
  })
})
