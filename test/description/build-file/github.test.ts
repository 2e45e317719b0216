// GitHub workflows: steps that build images.
import { describe, expect, it } from 'vitest'
import { readGithub } from '../../../src/description/build-file/github.ts'

const FILE = '.github/workflows/build.yml'

function builds(steps: string, before = '') {
  const text = `on: push\n${before}jobs:\n  image:\n    steps:\n${steps.replace(/^/gm, '      ')}\n`
  return readGithub(FILE, text)
}

describe('docker/build-push-action', () => {
  it('tells Dockerfile, context, target, arguments, secrets and names', () => {
    const { definitions } = builds(
      `- uses: docker/build-push-action@v6
  with:
    context: ./app
    file: app/docker/Dockerfile
    target: run
    build-args: |
      VERSION=1.2
      REVISION=\${{ github.sha }}
      CHANNEL=\${{ env.CHANNEL }}
    secrets: |
      "npm=\${{ secrets.NPM }}"
    tags: ghcr.io/shop/app:latest,\${{ env.REGISTRY }}/app:\${{ github.sha }}`,
      'env:\n  REGISTRY: registry.example\n  CHANNEL: stable\n',
    )
    expect(definitions).toEqual([
      {
        file: FILE,
        line: 8,
        tool: 'github-actions',
        name: 'image',
        command: 'docker/build-push-action',
        images: ['ghcr.io/shop/app:latest', `registry.example/app:\${{ github.sha }}`],
        dockerfile: 'app/docker/Dockerfile',
        context: 'app',
        target: 'run',
        arguments: { VERSION: '1.2', REVISION: null, CHANNEL: 'stable' },
        secrets: ['npm'],
        dynamic: ['images', 'arguments.REVISION'],
        through: null,
      },
    ])
  })

  it('without inputs builds the Dockerfile at the root', () => {
    expect(builds('- uses: docker/build-push-action@v5').definitions[0]).toMatchObject({
      context: '',
      dockerfile: 'Dockerfile',
      images: [],
    })
  })

  it('takes names from docker/metadata-action, and a folder from actions/checkout', () => {
    const { definitions } = builds(`- uses: actions/checkout@v4
  with: {path: source}
- id: meta
  uses: docker/metadata-action@v5
  with:
    images: |
      ghcr.io/\${{ github.repository_owner }}/api
      name=docker.io/shop/api,enable=true
- uses: docker/build-push-action@v6
  with:
    context: source/api
    file: ./source/api/Dockerfile.prod
    tags: \${{ steps.meta.outputs.tags }}`)
    expect(definitions[0]).toMatchObject({
      images: [`ghcr.io/\${{ github.repository_owner }}/api`, 'docker.io/shop/api'],
      context: 'api',
      dockerfile: 'api/Dockerfile.prod',
    })
  })

  it('takes a name from the output, expressions and all', () => {
    const name = `ghcr.io/\${{ env.OWNER || 'x' }}/api`
    const { definitions } = builds(
      `- uses: docker/build-push-action@v6\n  with: {outputs: "type=image,name=${name},push=true"}`,
    )
    expect(definitions[0]?.images).toEqual([name])
  })

  it('knows the default context with a folder, and another repository', () => {
    const context = (text: string) =>
      builds(`- uses: docker/build-push-action@v6\n  with: {context: "${text}"}`).definitions[0]
        ?.context
    expect(context('{{defaultContext}}:web')).toBe('web')
    expect(context(`\${{ github.workspace }}/web`)).toBe('web')
    expect(context('https://github.com/other/x.git')).toBeNull()
    expect(context(`\${{ inputs.folder }}`)).toBeNull()
  })

  it('gives a build for each combination of a matrix', () => {
    const { definitions } = readGithub(
      FILE,
      `jobs:
  image:
    strategy:
      matrix:
        platform: [amd64, arm64]
        include:
          - {name: api, file: api/Dockerfile}
          - {name: web, file: web/Dockerfile}
    steps:
      - uses: docker/build-push-action@v6
        with:
          file: \${{ matrix.file }}
          tags: shop/\${{ matrix.name }}:latest
  list:
    strategy: {matrix: {app: [a, b], platform: [amd64, arm64]}}
    steps:
      - run: docker build -t shop/\${{ matrix.app }} \${{ matrix.app }}
`,
    )
    const found = definitions.map(({ images, dockerfile }) => [images[0], dockerfile])
    expect(found).toContainEqual(['shop/api:latest', 'api/Dockerfile'])
    expect(found).toContainEqual(['shop/web:latest', 'web/Dockerfile'])
    expect(found.slice(-2)).toEqual([
      ['shop/a', 'a/Dockerfile'],
      ['shop/b', 'b/Dockerfile'],
    ])
  })
})

describe('other steps', () => {
  it('scripts are read with their folder and environment', () => {
    const { definitions } = builds(
      `- working-directory: services
  env: {TAG: "7"}
  run: |
    echo start
    cd api && docker buildx build --push --platform linux/amd64 \\
      --build-arg VERSION=$TAG --build-arg SHA=$GITHUB_SHA --secret id=npm \\
      -t shop/api:$TAG -f docker/Dockerfile --target run .
- run: podman build -t shop/tool \${{ github.workspace }}/tool
- run: (cd web; docker build -t shop/web .)
- run: |
    (cd other && make)
    buildah bud --file Containerfile --layers -t shop/bud sub`,
    )
    expect(definitions.map((one) => ({ ...one, file: '', tool: '', through: '' }))).toMatchObject([
      {
        line: 9,
        command: 'docker buildx build',
        images: ['shop/api:7'],
        context: 'services/api',
        dockerfile: 'services/api/docker/Dockerfile',
        target: 'run',
        arguments: { VERSION: '7', SHA: null },
        secrets: ['npm'],
      },
      { images: ['shop/tool'], context: 'tool', dockerfile: 'tool/Dockerfile' },
      { images: ['shop/web'], context: 'web' },
      { command: 'buildah bud', images: ['shop/bud'], context: 'sub', dockerfile: 'Containerfile' },
    ])
  })

  it('bake and Compose build what other files describe', () => {
    const { definitions } = builds(`- uses: docker/bake-action@v5
  with: {files: ./docker-bake.json, targets: web}
- run: docker buildx bake -f ci/bake.json api --set api.args.X=1
- run: docker compose -f deploy/compose.yaml build web
- run: docker compose up -d --build
- run: docker compose up -d`)
    expect(definitions.map(({ through }) => through)).toEqual([
      { files: ['docker-bake.json'], targets: ['web'] },
      { files: ['ci/bake.json'], targets: ['api'] },
      { files: ['deploy/compose.yaml'], targets: ['web'] },
      {
        files: ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'],
        targets: [],
      },
    ])
    expect(definitions[1]?.dynamic).toEqual(['--set api.args.X=1'])
  })

  it('kaniko and buildah as actions', () => {
    const { definitions } = builds(`- uses: docker://gcr.io/kaniko-project/executor:v1
  with: {args: "--context=. --dockerfile=x.Dockerfile --destination=shop/k"}
- uses: redhat-actions/buildah-build@v2
  with: {image: shop/b, containerfiles: ./Containerfile, build-args: "A=1"}`)
    expect(definitions).toMatchObject([
      { command: 'kaniko', images: ['shop/k'], dockerfile: 'x.Dockerfile', context: '' },
      { images: ['shop/b'], dockerfile: 'Containerfile', arguments: { A: '1' } },
    ])
  })

  it('that may build and are not read are named', () => {
    const { definitions, unread } = readGithub(
      FILE,
      `jobs:
  one: {uses: org/shared/.github/workflows/docker.yml@main}
  two: {uses: ./.github/workflows/docker.yml}
  three:
    steps:
      - uses: docker/login-action@v3
      - uses: some/docker-build-thing@v1
      - run: make image
      - run: ./scripts/build.sh
      - run: npm test
`,
    )
    expect(definitions).toEqual([])
    expect(unread.map(({ line, what }) => [line, what])).toEqual([
      [2, 'job one calls org/shared/.github/workflows/docker.yml@main'],
      [7, 'job three uses some/docker-build-thing@v1'],
      [8, 'three runs make image'],
      [9, 'three runs ./scripts/build.sh'],
    ])
  })

  it('of a composite action take its inputs as defaults', () => {
    const { definitions } = readGithub(
      '.github/actions/image/action.yml',
      `inputs:
  version: {default: "1"}
runs:
  using: composite
  steps:
    - {uses: docker/build-push-action@v6, with: {build-args: "V=\${{ inputs.version }}"}}
`,
    )
    expect(definitions[0]).toMatchObject({ arguments: { V: '1' }, dynamic: ['arguments.V'] })
  })

  it('in PowerShell are not read as sh', () => {
    expect(builds('- shell: pwsh\n  run: docker build .').definitions).toEqual([])
  })
})
