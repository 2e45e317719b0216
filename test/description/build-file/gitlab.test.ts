// GitLab CI files: scripts that build images.
import { describe, expect, it } from 'vitest'
import { readGitlab } from '../../../src/description/build-file/gitlab.ts'

const read = (text: string) => readGitlab('.gitlab-ci.yml', text)

describe('a GitLab CI file', () => {
  it('is read job by job, with its variables', () => {
    const { definitions } = read(`variables:
  IMAGE: $CI_REGISTRY_IMAGE/app
  VERSION: "2"
build:
  image: docker:27
  variables: {VERSION: "3"}
  script:
    - docker build --build-arg VERSION=$VERSION --build-arg SHA=$CI_COMMIT_SHA -t "$IMAGE:$CI_COMMIT_TAG" -f docker/Dockerfile .
    - docker push "$IMAGE:$CI_COMMIT_TAG"
`)
    expect(definitions).toMatchObject([
      {
        line: 8,
        tool: 'gitlab-ci',
        name: 'build',
        command: 'docker build',
        images: ['$CI_REGISTRY_IMAGE/app:$CI_COMMIT_TAG'],
        dockerfile: 'docker/Dockerfile',
        context: '',
        arguments: { VERSION: '3', SHA: null },
      },
    ])
  })

  it('knows kaniko, whose Dockerfile lies in its context', () => {
    const { definitions } = read(`build:
  image: {name: gcr.io/kaniko-project/executor:debug, entrypoint: [""]}
  script:
    - /kaniko/executor
      --context "$CI_PROJECT_DIR/web"
      --dockerfile "$CI_PROJECT_DIR/docker/web.Dockerfile"
      --destination "$CI_REGISTRY_IMAGE/web"
      --build-arg A=1
other:
  script: [/kaniko/executor --context=dir://web --dockerfile=Dockerfile.prod --destination=x]
`)
    expect(definitions).toMatchObject([
      {
        command: 'kaniko',
        context: 'web',
        dockerfile: 'docker/web.Dockerfile',
        arguments: { A: '1' },
      },
      { context: 'web', dockerfile: 'web/Dockerfile.prod', images: ['x'] },
    ])
  })

  it('follows extends, anchors and !reference within the file', () => {
    const { definitions, unread } = read(`include:
  - template: Docker.gitlab-ci.yml
  - {project: team/ci, file: [/a.yml, /b.yml]}
default:
  before_script: [cd services]
.login: &login
  - docker login
.base:
  variables: {FOLDER: base}
  script: [docker build -t shop/base $FOLDER]
api:
  extends: .base
  variables: {FOLDER: api}
web:
  script:
    - *login
    - !reference [.base, script]
  variables: {FOLDER: web}
self:
  script: [!reference [self, script], docker build own]
  before_script: []
.hidden:
  script: [docker build hidden]
down: {trigger: team/other}
`)
    expect(definitions.map(({ name, context, line }) => [name, context, line])).toEqual([
      ['api', 'services/api', 10],
      ['web', 'services/web', 10],
      ['self', 'own', 20],
    ])
    expect(unread.map(({ what }) => what)).toEqual([
      'includes template Docker.gitlab-ci.yml',
      'includes project team/ci, file /a.yml, /b.yml',
      'job down starts another pipeline',
    ])
  })
})
