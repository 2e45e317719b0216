// What a person meets first: help, wrong words, the version.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Desk, linesOf, ROOT } from './command-line.ts'
import { expectFailure } from './expectations.ts'

const desk = new Desk()
afterAll(() => desk.remove())

const SHARED = ['--db', '--json', '--quiet', '--verbose', '--debug', '--offline']
const IMAGE = ['--image', '--platform', '--verify', '--threads']
const SOURCE = [
  ...['--source', '--dockerfile', '--context', '--target', '--build-arg', '--base'],
  ...['--policy', '--no-policy', '--repositories', '--verify-packages'],
]
const TRUST = [
  ...['--key', '--certificate-identity', '--certificate-identity-regexp'],
  ...['--certificate-oidc-issuer', '--certificate-oidc-issuer-regexp', '--certificate-chain'],
  ...['--ca-roots', '--ca-intermediates', '--rekor-key'],
]
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  audit: [
    ...[...SHARED, ...IMAGE, ...SOURCE, '--show-arguments', '--images', '--output', '--json-lines'],
    ...['--fail-on', '--lock', '--rules', '--at', ...TRUST],
  ],
  lock: [...SHARED, ...IMAGE, ...SOURCE, ...TRUST, '--output'],
  diff: [...SHARED, ...IMAGE, ...SOURCE, ...TRUST, '--image-a', '--image-b', '--fail-on'],
  explain: [...SHARED, ...IMAGE, ...SOURCE, ...TRUST, '--show-arguments'],
  sbom: [...SHARED, ...IMAGE, '--output', '--at'],
  query: SHARED,
  rules: [],
  'rules list': ['--json'],
  'rules show': ['--json'],
}

/** Flags that a command's source adds, found in the source: help must name them all. */
function declaredFlags(): Set<string> {
  const files = [
    'options.ts',
    'trust-options.ts',
    ...['audit', 'diff', 'explain', 'lock', 'sbom'].map((name) => `command/${name}.ts`),
  ]
  const text = files.map((file) => readFileSync(join(ROOT, 'src/cli', file), 'utf8')).join('\n')
  return new Set(
    [...text.matchAll(/'(?:-\w, )?(--[a-z-]+)(?: [<[][^']*)?',/g)].map(([, flag]) => flag ?? ''),
  )
}

describe('--help', () => {
  it.each(Object.entries(FLAGS))('of %s names its flags and shows examples', (name, flags) => {
    const { status, stdout, stderr } = desk.run([...name.split(' '), '--help'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: assay ${name}`))
    expect(stdout).toMatch(/^Examples:\n(?: {2}(?:assay|docker) .*\n?)+$/m)
    const named = new Set(stdout.match(/--[a-z][a-z-]*/g))
    expect(flags.filter((flag) => !named.has(flag))).toEqual([])
    expect(stdout).not.toContain('(default: [])')
  })

  it('knows every flag that the source declares', () => {
    const listed = new Set(Object.values(FLAGS).flat())
    const declared = declaredFlags()
    expect(declared.size).toBeGreaterThan(15)
    expect([...declared].filter((flag) => !listed.has(flag))).toEqual([])
  })

  it('of the program names every command', () => {
    const { status, stdout } = desk.run(['--help'])
    expect(status).toBe(0)
    for (const name of ['audit', 'explain', 'lock', 'diff', 'sbom', 'query', 'rules'])
      expect(stdout).toMatch(new RegExp(`^ {2}${name} .*`, 'm'))
    expect(stdout).toMatch(/^Examples:\n(?: {2}(?:assay|docker) .*\n)+/m)
    expect(desk.run(['help']).stdout).toBe(stdout)
    expect(desk.run(['help', 'sbom']).stdout).toBe(desk.run(['sbom', '--help']).stdout)
  })
})

describe('wrong use', () => {
  it.each([
    [['frobnicate'], /^assay: unknown command 'frobnicate'$/m],
    [['audti', 'a.tar'], /^assay: unknown command 'audti'\n {2}Did you mean audit\?$/m],
    [['audit', '--jsno', 'a.tar'], /^assay: unknown option '--jsno'\n {2}Did you mean --json\?$/m],
    [['sbom'], /^assay: missing required argument 'image'$/m],
    [['explain'], /^assay: missing required argument 'image'$/m],
    [['query'], /^assay: missing required argument 'sql'$/m],
    [['sbom', 'a.tar', 'b.tar'], /^assay: too many arguments/m],
    [['audit'], /^assay: no image was named$/m],
    [['audit', '--source'], /^assay: option '--source .*' argument missing$/m],
    [['audit', '-', '-'], /^assay: standard input can be read only once$/m],
    [['audit', '-', '--images', '-'], /^assay: standard input can be read only once$/m],
    [['audit', 'a.tar', '--threads', 'many'], /^assay: option '--threads <n>' .*0 to 64/m],
    [['audit', 'a.tar', '--threads', '-1'], /^assay: option '--threads <n>' .*0 to 64/m],
    [['audit', 'a.tar', '--platform', 'linux'], /^assay: option '--platform .*OS\/ARCH/m],
    [['audit', 'a.tar', '--build-arg', 'NAME'], /^assay: option '--build-arg .*NAME=VALUE/m],
    [
      ['audit', 'a.tar', '--offline', '--verify-packages', 'https://npm.example'],
      /^assay: --verify-packages names a registry, and --offline says to contact none$/m,
    ],
    [['audit', 'a.tar', '--at', 'yesterday'], /^assay: --at is no date: yesterday$/m],
    [['audit', 'a.tar', '--at', '2026-02-30T99:00Z'], /^assay: --at is no date/m],
    [['rules', 'show', 'X99'], /^assay: there is no rule X99$/m],
    [['rules', 'list', '--nope'], /^assay: unknown option '--nope'$/m],
    [['audit', '--\u001b[31m\u202e'], /^assay: unknown option '--\\x1b\[31m\\u202e'$/m],
  ])('%j is refused with status 2 and one line', (words, message) => {
    const run = desk.run(words)
    expectFailure(run, 2, message)
    expect(run.stdout).toBe('')
  })

  it('no words at all: the help, on standard error', () => {
    const run = desk.run([])
    expect(run.status).toBe(2)
    expect(run.stdout).toBe('')
    expect(run.stderr).toContain('Usage: assay')
  })
})

describe('--version', () => {
  it('is that of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    for (const flag of ['--version', '-V']) {
      const { status, stdout } = desk.run([flag])
      expect({ status, lines: linesOf(stdout) }).toEqual({ status: 0, lines: [version] })
    }
  })
})
