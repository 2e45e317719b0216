// Bake files in JSON.
import { describe, expect, it } from 'vitest'
import { readBake } from '../../../src/description/build-file/bake.ts'

const FILE = `{
  "variable": {"TAG": {"default": "dev"}, "REV": {}},
  "group": {"default": {"targets": ["web", "job"]}},
  "target": {
    "base": {"context": "src", "args": {"A": "1", "B": "x"}, "secret": ["id=npm,env=NPM"]},
    "web": {
      "inherits": ["base"],
      "dockerfile": "web.Dockerfile",
      "tags": ["shop/web:\${TAG}", "shop/web:latest"],
      "args": {"B": "y", "C": "\${REV}", "D": "\${TAG}", "E": null},
      "target": "run"
    },
    "job": {"inherits": ["base", "web"], "dockerfile-inline": "FROM x", "matrix": {"v": ["1", "2"]}},
    "loop": {"inherits": ["loop"], "context": "https://git.example/x.git"}
  }
}`

describe('a bake file', () => {
  const { definitions } = readBake('docker-bake.json', FILE)
  const named = (name: string) => definitions.find((one) => one.name === name)

  it('gives a build a target, with what it inherits', () => {
    expect(named('web')).toMatchObject({
      line: 6,
      tool: 'bake',
      images: ['shop/web:dev', 'shop/web:latest'],
      dockerfile: 'src/web.Dockerfile',
      context: 'src',
      target: 'run',
      arguments: { A: '1', B: 'y', C: null, D: 'dev', E: null },
      secrets: ['npm'],
    })
    expect(named('web')?.dynamic).toEqual(['images', 'arguments.C', 'arguments.D', 'arguments.E'])
  })

  it('lets the last of several parents win', () => {
    expect(named('job')).toMatchObject({ arguments: { A: '1', B: 'y' }, dockerfile: null })
    expect(named('job')?.dynamic).toContain('a matrix over v')
  })

  it('knows what a group builds, and ends where a target inherits itself', () => {
    expect(named('default')?.through).toEqual({
      files: ['docker-bake.json'],
      targets: ['web', 'job'],
    })
    expect(named('loop')).toMatchObject({ context: null, dockerfile: null })
  })

  it('that is no JSON, or something else, has no builds', () => {
    expect(readBake('docker-bake.json', '[1, {"target": 2}]').definitions).toEqual([])
    expect(readBake('docker-bake.json', '{"target": [').problem).not.toBe('')
  })
})
