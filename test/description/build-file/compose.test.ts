// `build:` of Compose files.
import { describe, expect, it } from 'vitest'
import { readCompose } from '../../../src/description/build-file/compose.ts'

function only(text: string, file = 'compose.yaml') {
  const { definitions, problem } = readCompose(file, text)
  expect(problem).toBe('')
  expect(definitions).toHaveLength(1)
  const [definition] = definitions
  if (definition === undefined) throw new Error('no build')
  return definition
}

describe('build: of a service', () => {
  it('in its short form names the context', () => {
    const text = 'services:\n  web:\n    image: shop/web:1\n    build: ./web\n'
    expect(only(text, 'deploy/docker-compose.yml')).toEqual({
      file: 'deploy/docker-compose.yml',
      line: 4,
      tool: 'compose',
      name: 'web',
      command: 'build:',
      images: ['shop/web:1'],
      dockerfile: 'deploy/web/Dockerfile',
      context: 'deploy/web',
      target: null,
      arguments: {},
      secrets: [],
      dynamic: [],
      through: null,
    })
  })

  it('in its long form names all of it', () => {
    const build = only(
      `services:
  web:
    build:
      context: ..
      dockerfile: docker/web.Dockerfile
      target: run
      tags: ["shop/web:2", "shop/web:latest"]
      args:
        VERSION: 1.10
        PORT: 8080
        TOKEN:
        EMPTY: ""
        CHANNEL: \${CHANNEL:-stable}
        BUILD: \${BUILD_ID}
        MONEY: a$$b
      secrets:
        - npm
        - source: pip
          target: /run/pip
      additional_contexts:
        shared: ../shared
`,
      'deploy/compose.yaml',
    )
    expect(build).toMatchObject({
      line: 3,
      images: ['shop/web:2', 'shop/web:latest'],
      dockerfile: 'docker/web.Dockerfile',
      context: '',
      target: 'run',
      // YAML makes 1.1 of 1.10, and Compose hands that on.
      arguments: {
        VERSION: '1.1',
        PORT: '8080',
        TOKEN: null,
        EMPTY: '',
        CHANNEL: 'stable',
        BUILD: null,
        MONEY: 'a$b',
      },
      secrets: ['npm', 'pip'],
    })
    expect([...build.dynamic].sort()).toEqual([
      'additional context shared=../shared',
      'arguments.BUILD',
      'arguments.CHANNEL',
      'arguments.TOKEN',
    ])
  })

  it('takes arguments as a list', () => {
    const build = only(
      `services:\n  a:\n    build:\n      context: .\n      args: [A=1=2, B, "C=\${C}"]\n`,
    )
    expect(build.arguments).toEqual({ A: '1=2', B: null, C: null })
  })

  it('without a context is built in the folder of the file', () => {
    expect(only('services: {a: {build: {target: x}}}', 'a/compose.yml')).toMatchObject({
      context: 'a',
      dockerfile: 'a/Dockerfile',
      target: 'x',
    })
  })

  it('with the Dockerfile inside has none in git', () => {
    const build = only('services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM x\n')
    expect(build.dockerfile).toBeNull()
    expect(build.dynamic).toContain('the text of the Dockerfile stands in the build file')
  })

  it('extends services of the same file, and names those of others', () => {
    const { definitions } = readCompose(
      'compose.yaml',
      `x-args: &args {A: "1"}
services:
  base:
    build: {context: ., dockerfile: base.Dockerfile, args: {<<: *args, B: "2"}}
  web:
    extends: base
    image: web
    build: {args: {B: "3"}}
  other:
    extends: {file: common.yaml, service: x}
    build: {target: t}
  loop:
    extends: {service: loop}
    build: .
`,
    )
    expect(definitions.map((one) => one.name)).toEqual(['base', 'web', 'other', 'loop'])
    expect(definitions[1]).toMatchObject({
      dockerfile: 'base.Dockerfile',
      arguments: { A: '1', B: '3' },
      line: 8,
    })
    expect(definitions[2]?.dynamic).toEqual(['extends x of common.yaml'])
  })

  it('elsewhere, or outside of the repository, is no context of it', () => {
    for (const context of [
      'https://git.example/x.git#main',
      '../..',
      '/srv/x',
      `\${CONTEXT}`,
      'git@host:x',
    ]) {
      const build = only(`services:\n  a:\n    build: "${context}"\n`, 'a/compose.yaml')
      expect({ context, found: build.context }).toEqual({ context, found: null })
      expect(build.dynamic).toContain('context')
      expect(build.dockerfile).toBeNull()
    }
  })

  it('is not there for services that are pulled', () => {
    expect(readCompose('compose.yaml', 'services: {a: {image: x}, b: }\n').definitions).toEqual([])
    expect(readCompose('compose.yaml', '').definitions).toEqual([])
  })
})
