// Control characters, terminal escapes, invisible and bidirectional characters from strangers: in every place
// that a report shows, shown escaped, never raw.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Workshop } from '../description/workshop.ts'
import { type ImageSpecification, writeDockerArchive } from '../support/image.ts'
import { validateSbom } from '../support/sbom.ts'
import { Desk, type Run } from './command-line.ts'
import { expectPrintable, parseAudit } from './expectations.ts'

/** Clears the screen, sets the window's title, hides what follows, turns it round; C1 controls and a bell. */
const EVIL = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eevil\u2066\u200b\u0085\r\b\u007f'

const STATUS = `Package: evil
Status: install ok installed
Architecture: amd64${EVIL.replaceAll('\r', '')}
Version: 1.0${EVIL.replaceAll('\r', '')}
Maintainer: ${EVIL.replaceAll('\r', '')}
Description: ${EVIL.replaceAll('\r', '')}

`

const NPM = JSON.stringify({ name: `evil${EVIL}`, version: `1.0.0${EVIL}`, license: EVIL })

const image: ImageSpecification = {
  name: `example.test/app:1${EVIL}`,
  created: '2026-01-01T00:00:00Z',
  config: {
    Env: [`NAME=${EVIL}`],
    Cmd: [EVIL],
    User: EVIL,
    WorkingDir: `/${EVIL}`,
    Labels: {
      [`label${EVIL}`]: EVIL,
      'org.opencontainers.image.revision': EVIL,
      'org.opencontainers.image.source': EVIL,
    },
  },
  layers: [
    {
      members: [
        {
          name: 'etc/os-release',
          content: `ID=debian\nPRETTY_NAME="${EVIL}"\nVERSION_ID="${EVIL}"\n`,
        },
        { name: 'var/lib/dpkg/status', content: STATUS },
        { name: 'etc/passwd', content: `root:x:0:0::/root:/bin/sh\n${EVIL}:x:0:0::/:/bin/sh\n` },
      ],
      createdBy: `/bin/sh -c #(nop) ADD file:00 in ${EVIL}`,
      comment: EVIL,
    },
    {
      members: [
        { name: `srv/file${EVIL}`, content: 'x', mode: 0o4755 },
        { name: `srv/link${EVIL}`, type: 'symlink', linkname: `/${EVIL}` },
        { name: 'app/node_modules/evil/package.json', content: NPM },
        { name: 'app/package.json', content: NPM },
      ],
      createdBy: `RUN echo ${EVIL} # buildkit`,
      comment: EVIL,
    },
  ],
}

const desk = new Desk()
const workshop = new Workshop()
let archive = ''
let repository = ''

beforeAll(async () => {
  archive = await writeDockerArchive(desk.path('evil.tar'), image)
  repository = workshop.repository('evil', {
    Dockerfile: `FROM example.test/base:1\n# ${EVIL}\nRUN echo '${EVIL}'\nCOPY . /srv/\nRUN apt-get install -y evil${EVIL.replaceAll('\r', '')}\n`,
    [`file${EVIL.replaceAll('\r', '')}`]: 'x',
  })
})
afterAll(() => {
  desk.remove()
  workshop.remove()
})

function checked(words: readonly string[]): Run {
  const run = desk.run(words)
  expect([0, 1, 3, 4], run.stderr).toContain(run.status)
  expectPrintable(run.stdout)
  expectPrintable(run.stderr)
  expect(run.stdout.length).toBeGreaterThan(20)
  return run
}

describe('text from strangers', () => {
  it.each([
    ['audit', []],
    ['audit', ['--verbose']],
    ['audit', ['--verbose', '--show-arguments']],
    ['explain', []],
    ['explain', ['--verbose']],
    ['sbom', []],
  ])('is shown escaped by assay %s %j', (command, flags) => {
    const source = command === 'sbom' ? [] : ['--source', repository]
    const { stdout } = checked([command, archive, ...flags, ...source])
    expect(stdout).toContain('evil')
    expect(stdout).toContain('\\x1b[2J')
  })

  it.each(['60', '200'])('is shown escaped in colour on a terminal of %s columns', (columns) => {
    const env = { FORCE_COLOR: '1', COLUMNS: columns }
    const run = desk.run(['audit', archive, '--source', repository, '-v'], { env })
    // Our own colours, and nothing else that begins with an escape.
    expectPrintable(run.stdout.replace(/\u001b\[\d+(;\d+)*m/g, ''))
    expect(run.stdout).toMatch(/\u001b\[\d+m/)
  })

  it('keeps its value in JSON, with every such character escaped', () => {
    const { stdout } = checked(['audit', archive, '--source', repository, '--json'])
    const document = parseAudit(stdout)
    expect(document.image.names).toEqual([image.name])
    expect(JSON.stringify(JSON.parse(stdout))).toContain('owned')
    checked(['audit', archive, '--source', repository, '--json-lines'])
    checked(['explain', archive, '--source', repository, '--json'])
    checked(['explain', archive, `srv/file${EVIL}`, '--json'])
    checked(['sbom', archive, '--json'])
  })

  it('is escaped in CSV and in purls, and percent-encoded where the format asks', () => {
    const purls = checked(['sbom', archive, '-o', 'purls']).stdout
    for (const line of purls.trimEnd().split('\n')) expect(line).toMatch(/^pkg:[\u0021-\u007e]+$/)
    expect(checked(['sbom', archive, '-o', 'csv']).stdout).toContain('evil')
  })

  it('is escaped in a CycloneDX document, which stays valid', async () => {
    for (const version of ['1.6', '1.7'] as const) {
      const { stdout } = checked(['sbom', archive, '-o', `cyclonedx-json@${version}`])
      await validateSbom(stdout, version)
    }
  })

  it('is escaped in the rows of a query', () => {
    for (const view of [
      'image',
      'label',
      'setting',
      'file',
      'installed_package',
      'step',
      'unknown',
    ]) {
      checked(['query', `SELECT * FROM ${view}`])
      checked(['query', `SELECT * FROM ${view}`, '--json'])
    }
  })

  it('is escaped in errors: of the command line, of paths, of names in the archive', () => {
    const path = desk.path(`absent${EVIL}`)
    for (const words of [
      ['audit', path],
      ['audit', archive, '--image', EVIL],
      ['audit', archive, '--source', `${repository}#${EVIL}`],
      ['audit', archive, '--source', path],
      ['audit', archive, '--base', path],
      ['audit', archive, '--platform', EVIL],
      ['audit', archive, '--fail-on', EVIL],
      ['audit', archive, '-o', EVIL],
      ['audit', archive, '--at', EVIL],
      ['audit', archive, '--rules', path],
      ['audit', '--images', path],
      ['rules', 'show', EVIL],
      ['query', `SELECT '${EVIL}' FROM nothing`],
      [EVIL],
    ]) {
      const run = desk.run(words)
      expect(run.stderr, words.join(' ')).toMatch(/^assay: /)
      expect([2, 3], run.stderr).toContain(run.status)
      expectPrintable(run.stderr)
    }
  })

  it('is escaped in the stack that --debug shows', () => {
    const run = desk.run(['audit', desk.path(`absent${EVIL}`), '--debug'])
    expectPrintable(run.stderr)
  })

  it('reaches a report file escaped as well', () => {
    const file = desk.path('report.txt')
    desk.run(['audit', archive, '-o', `text=${file}`])
    expectPrintable(readFileSync(file, 'utf8'))
  })
})
