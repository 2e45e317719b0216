// What tracked build files tell of an image: its Dockerfile, its build arguments, who builds it.
import { describe, expect, it } from 'vitest'
import { auditForged, type Forged } from '../support/forged.ts'

const COMPOSE = `services:
  web:
    image: registry.example/shop/web:1
    build:
      context: web
      dockerfile: web.Dockerfile
      target: run
      args: {VERSION: "2"}
  job:
    image: registry.example/shop/job
    build: job
`
const WEB = {
  'compose.yaml': COMPOSE,
  'web/web.Dockerfile':
    'FROM scratch AS run\nARG VERSION=1\nLABEL version=$VERSION\nCOPY app /app\nFROM run AS test\nCOPY none /n\n',
  'web/app': 'web',
  'job/Dockerfile': 'FROM scratch\nCOPY app /app\n',
  'job/app': 'job',
}
const WEB_STEPS: Forged['steps'] = [
  { createdBy: 'ARG VERSION=2', members: null },
  { createdBy: 'LABEL version=2', members: null },
  { createdBy: 'COPY app /app', members: [{ name: 'app', content: 'web' }] },
]

describe('a Dockerfile that nobody named', () => {
  it('is the one whose build has the name of the image', async () => {
    const { description, changes } = await auditForged({
      files: WEB,
      steps: WEB_STEPS,
      config: { Labels: { version: '2' } },
      name: 'registry.example/shop/web:7',
    })
    expect(changes).toEqual([])
    expect(description).toMatchObject({
      dockerfile: 'web/web.Dockerfile',
      context: 'web',
      target: 'run',
      arguments: ['VERSION=2'],
    })
    expect(description?.how).toContain(
      'web/web.Dockerfile as compose.yaml:4 builds it, which has the name of the image',
    )
  })

  it('is none of several that could be meant, and they are named', async () => {
    const { description, verdict, reasons } = await auditForged({
      files: WEB,
      steps: WEB_STEPS,
      name: 'registry.example/other:7',
    })
    expect(description).toBeNull()
    expect(verdict).toBe('unknown')
    expect(reasons[0]?.text).toContain(
      'has no Dockerfile at HEAD, but web/web.Dockerfile (compose.yaml:4), job/Dockerfile (compose.yaml:11)',
    )
  })

  it('is that at the root, where the only build is one of another image', async () => {
    const { description } = await auditForged({
      files: {
        Dockerfile: 'FROM scratch\nCOPY app /app\n',
        app: 'hello',
        'compose.yaml': 'services: {db: {image: shop/db, build: db}}\n',
        'db/Dockerfile': 'FROM scratch\nCOPY x /x\n',
        'db/x': 'x',
      },
      steps: [{ createdBy: 'COPY app /app', members: [{ name: 'app', content: 'hello' }] }],
      name: 'shop/web:1',
    })
    expect(description).toMatchObject({ dockerfile: 'Dockerfile', context: '' })
  })
})

const WORKFLOW = '.github/workflows/build.yml'
const ARGUED = {
  Dockerfile:
    'FROM scratch\nARG VERSION\nARG REVISION\nARG CHANNEL\nLABEL v=$VERSION r=$REVISION c=$CHANNEL\n',
  [WORKFLOW]: `on: push
jobs:
  image:
    steps:
      - uses: docker/build-push-action@v6
        with:
          tags: shop/app
          build-args: |
            VERSION=1.2
            REVISION=\${{ github.run_id }}
`,
}

function argued(version: string, revision: string, channel: string): Forged['steps'] {
  return [
    { createdBy: `ARG VERSION=${version}`, members: null },
    { createdBy: `ARG REVISION=${revision}`, members: null },
    { createdBy: `ARG CHANNEL=${channel}`, members: null },
    { createdBy: `LABEL v=${version} r=${revision} c=${channel}`, members: null },
  ]
}

function argumentsOf(changes: readonly { readonly kind: string; readonly subject: string }[]) {
  return changes.filter(({ kind }) => kind === 'argument').map(({ subject }) => subject)
}

describe('build arguments', () => {
  const config = (version: string, revision: string, channel: string) => ({
    Labels: { v: version, r: revision, c: channel },
  })

  it('with a value of a build file are tracked; from outside they are named with file and line', async () => {
    const { changes, reasons, verdict } = await auditForged({
      files: ARGUED,
      steps: argued('1.2', '4711', 'beta'),
      config: config('1.2', '4711', 'beta'),
    })
    expect(argumentsOf(changes)).toEqual(['CHANNEL'])
    expect(verdict).toBe('floating')
    expect(reasons.map(({ text }) => text)).toContain(
      `build argument REVISION is given at build time (${WORKFLOW}:5)`,
    )
  })

  it('with another value than the build file gives are untracked', async () => {
    const { changes } = await auditForged({
      files: ARGUED,
      steps: argued('1.3', '4711', ''),
      config: config('1.3', '4711', ''),
    })
    expect(argumentsOf(changes)).toContain('VERSION')
  })
})

describe('who builds it', () => {
  it('is the CI job, also through another file', async () => {
    const { description } = await auditForged({
      files: {
        ...WEB,
        '.gitlab-ci.yml': 'images:\n  script: [docker compose build web]\n',
      },
      steps: WEB_STEPS,
      config: { Labels: { version: '2' } },
      name: 'shop/web',
    })
    expect(description?.builtBy).toEqual([
      {
        file: '.gitlab-ci.yml',
        line: 2,
        tool: 'gitlab-ci',
        name: 'images',
        command: 'docker compose build',
        automated: true,
      },
      {
        file: 'compose.yaml',
        line: 4,
        tool: 'compose',
        name: 'web',
        command: 'build:',
        automated: false,
      },
    ])
    expect(description?.unreadBuilds).toEqual([])
  })

  it('is nobody where no CI file builds it, and what is not read is named', async () => {
    const { description } = await auditForged({
      files: { ...WEB, Jenkinsfile: 'pipeline {}', Makefile: 'image:\n\tdocker build .\n' },
      steps: WEB_STEPS,
      config: { Labels: { version: '2' } },
      name: 'shop/web',
    })
    expect(description?.builtBy).toMatchObject([{ file: 'compose.yaml', automated: false }])
    expect(description?.unreadBuilds).toEqual(['Jenkinsfile (a Jenkins pipeline)'])
  })
})
