// assay.yaml and build files as targets of the fuzzer.
import { readBuildFile } from '../../src/description/build-file/index.ts'
import { mappingOf, parsePolicy } from '../../src/policy/index.ts'
import { type FuzzTarget, refusing, textOf } from './target.ts'

/** Build files of 256 KiB have no more than this, whatever stands in them. */
const MAX_DEFINITIONS = 1_000

function buildTarget(name: string, path: string, seeds: readonly string[]): FuzzTarget {
  return {
    name,
    seeds: async () => seeds.map((seed) => Buffer.from(seed)),
    run: async (bytes) => {
      const found = readBuildFile(path, bytes)
      if (found.definitions.length > MAX_DEFINITIONS) throw new Error('too many builds')
      if (JSON.stringify(JSON.parse(JSON.stringify(found))) !== JSON.stringify(found))
        throw new Error('what was read changes when it is stored')
      for (const { dockerfile, context } of found.definitions)
        for (const place of [dockerfile, context])
          if (place !== null && /^\/|(?:^|\/)\.\.(?:\/|$)/.test(place))
            throw new Error(`${place} leaves the repository`)
    },
  }
}

const COMPOSE = `x-args: &args {A: "1", B: \${B:-2}}
services:
  base: {build: {context: ., args: {<<: *args}}, image: "shop/\${NAME}:1"}
  web:
    extends: base
    build:
      dockerfile: ../web.Dockerfile
      args: [C, D=1.10]
      secrets: [npm]
      additional_contexts: {x: ../x}
`

const BAKE = `{"variable": {"TAG": {"default": "1"}}, "group": {"default": {"targets": ["a", "b"]}},
"target": {"a": {"context": "x", "tags": ["shop/a:\${TAG}"], "args": {"V": null}},
"b": {"inherits": ["a", "b"], "dockerfile": "../Dockerfile", "matrix": {"m": ["1"]}}}}`

const GITHUB = `on: {workflow_call: {inputs: {f: {default: Dockerfile}}}}
env: {REGISTRY: ghcr.io}
jobs:
  image:
    strategy: {matrix: {app: [a, b], include: [{app: a, file: x}, {app: c}]}}
    defaults: {run: {working-directory: ./sub}}
    steps:
      - uses: actions/checkout@v4
        with: {path: src}
      - {id: meta, uses: docker/metadata-action@v5, with: {images: "shop/\${{ matrix.app }}"}}
      - uses: docker/build-push-action@v6
        with:
          context: "{{defaultContext}}:sub"
          file: \${{ inputs.f }}
          tags: \${{ steps.meta.outputs.tags }}
          build-args: |
            A=1
            B=\${{ github.sha }}
      - run: |
          cd x && (docker build -t "\${{ env.REGISTRY }}/a:$TAG" --build-arg A=$B -f y/Dockerfile .)
          docker buildx bake -f docker-bake.json a; make image
      - {uses: "docker://gcr.io/kaniko-project/executor", with: {args: "--context=. --destination=x"}}
`

const GITLAB = `include: {template: X.yml}
variables: {IMAGE: $CI_REGISTRY_IMAGE/a, V: {value: "1"}}
default: {before_script: [cd a]}
.base: {script: [docker build -t $IMAGE --build-arg V=$V .]}
b: {extends: .base, variables: {V: "2"}}
c:
  script:
    - !reference [.base, script]
    - - podman build x
      - >-
        /kaniko/executor --context "$CI_PROJECT_DIR/x"
        --dockerfile x/Dockerfile --destination $IMAGE
`

const POLICY = `images:
  - match: [app, "registry.example/**"]
    repository: ../app
    arguments: {VERSION: 1.10}
    platform: linux/arm64
repositories: [clones, /srv/git]
artifacts:
  - {path: "target/*.jar", by: .github/workflows/build.yml#build}
`

/** Targets of this file. */
export const buildTargets: readonly FuzzTarget[] = [
  buildTarget('compose', 'deploy/compose.yaml', [COMPOSE]),
  buildTarget('bake-json', 'docker-bake.json', [BAKE]),
  buildTarget('github-workflow', '.github/workflows/build.yml', [GITHUB]),
  buildTarget('gitlab-ci', '.gitlab-ci.yml', [GITLAB]),
  {
    name: 'policy',
    seeds: async () => [Buffer.from(POLICY)],
    run: (bytes) =>
      refusing(() => {
        const policy = parsePolicy('assay.yaml', textOf(bytes))
        mappingOf(policy, ['registry.example/a/app:1', 'app'], null)
      }),
  },
]
