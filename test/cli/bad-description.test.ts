// Repositories, revisions and Dockerfiles that are wrong or hostile: one line, the right status, nothing run.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { git, Workshop } from '../description/workshop.ts'
import { writeDockerArchive } from '../support/image.ts'
import { Desk, FIXTURES } from './command-line.ts'
import { expectFailure, expectUsable, parseAudit } from './expectations.ts'

const desk = new Desk()
const workshop = new Workshop()
let archive = ''
let repository = ''

beforeAll(async () => {
  const layers = [
    { members: [{ name: 'app', content: 'app\n' }], createdBy: 'COPY app / # buildkit' },
  ]
  archive = await writeDockerArchive(desk.path('app.tar'), { name: 'app:1', layers })
  repository = workshop.repository('good', {
    Dockerfile: 'FROM scratch\nCOPY app /\n',
    app: 'app\n',
  })
})
afterAll(() => {
  expectUsable(desk, archive)
  desk.remove()
  workshop.remove()
})

const audit = (source: string, ...more: string[]) =>
  desk.run(['audit', archive, '--source', source, ...more])

describe('a Dockerfile that does not parse', () => {
  it.each([
    ['FROM scratch\nCOPY\n', 2],
    ['RUN before FROM\n', 1],
    ['FROM scratch\nFROBNICATE x\n', 2],
    ['FROM scratch\nRUN <<EOF\nnever ended\n', 2],
    ['', 1],
    ['FROM scratch\nCOPY --from=nothing\n', 2],
    ['FROM ${\n', 1],
  ])('%j', (text, line) => {
    const root = workshop.repository(`bad-${line}-${text.length}`, { Dockerfile: text })
    const run = audit(root, '--json')
    expectFailure(
      run,
      3,
      new RegExp(`^assay: ${root}: Dockerfile:${line}: the Dockerfile does not parse`),
    )
    const document = parseAudit(run.stdout)
    expect(document.verdict).toBe('unknown')
    expect(document.reasons.map((reason) => reason.text).join(' ')).toMatch(/does not parse/)
  })

  it('that is 2 MiB of nothing, or a binary', () => {
    const large = workshop.repository('large', { Dockerfile: '#'.repeat(2 << 20) })
    expect(audit(large).stderr + audit(large).stdout).toMatch(/Dockerfile/)
    const binary = workshop.repository('binary', {
      Dockerfile: Buffer.from([0, 1, 2, 255, 254, 10]),
    })
    expectFailure(audit(binary), 3, /Dockerfile:1: the Dockerfile does not parse/)
  })

  it('that nests as deep as it can, or has endless words: read in bounded time', () => {
    const nested = `RUN ${'$('.repeat(20_000)}x${')'.repeat(20_000)}`
    const open = `RUN ${'( '.repeat(20_000)}\nRUN ${'if x; then '.repeat(5_000)}`
    const words = `RUN bash ${'a '.repeat(20_000)}`
    const doubled = Array.from({ length: 60 }, () => 'ARG A=$A$A').join('\n')
    for (const [name, text] of Object.entries({ nested, open, words, doubled })) {
      const root = workshop.repository(name, { Dockerfile: `FROM scratch\nARG A=x\n${text}\n` })
      const run = audit(root)
      expect([0, 1, 3], run.stderr).toContain(run.status)
      if (run.status === 3) expectFailure(run, 3, /Dockerfile:/)
    }
  })

  it('whose .dockerignore takes too long to match', () => {
    const pattern = (index: number): string => `**/${'a*'.repeat(20)}b${index}`
    const root = workshop.repository('costly', {
      Dockerfile: 'FROM scratch\nCOPY . /\n',
      '.dockerignore': Array.from({ length: 4_000 }, (_, index) => pattern(index)).join('\n'),
      ...Object.fromEntries(
        Array.from({ length: 100 }, (_, index) => [`${'a'.repeat(200)}${index}`, 'x']),
      ),
    })
    expectFailure(audit(root), 3, /costly: \.dockerignore: the patterns are too costly to match/)
  })

  it('that is not there: the image is not compared, and the report says how to name another', () => {
    const root = workshop.repository('none', { 'README.md': 'x' })
    const run = audit(root, '--fail-on', 'never')
    expect(run.stdout).toMatch(/^(UNKNOWN|ORPHANED) /)
    expect(run.stdout.replace(/\s+/g, ' ')).toMatch(
      /has no Dockerfile .*--dockerfile names another/,
    )
  })
})

describe('a revision', () => {
  it('that does not exist', () => {
    for (const revision of ['nowhere', 'f'.repeat(40), 'v1..v2', 'HEAD~99', '@{u}'])
      expectFailure(
        audit(`${repository}#${revision}`),
        3,
        /^assay: there is no revision ".*" in \S*good/,
      )
  })

  it('that begins with - is refused, and is no option of git', () => {
    const canary = desk.path('canary')
    for (const revision of [
      '--output=x',
      `--output=${canary}`,
      '-1',
      `--upload-pack=touch ${canary}`,
    ])
      expectFailure(audit(`${repository}#${revision}`), 2, /a revision cannot begin with "-"/)
    expect(existsSync(canary)).toBe(false)
  })

  it('that a label names is an unknown commit, not an error', async () => {
    const evil = ['--output=/tmp/x', 'HEAD^{/.*}', '$(id)', '-1', ':/x', 'a'.repeat(10_000)]
    for (const [index, revision] of evil.entries()) {
      const file = await writeDockerArchive(desk.path(`label-${index}.tar`), {
        config: { Labels: { 'org.opencontainers.image.revision': revision } },
        layers: [
          { members: [{ name: 'app', content: 'app\n' }], createdBy: 'COPY app / # buildkit' },
        ],
      })
      const run = desk.run(['audit', file, '--source', repository, '--json', '--fail-on', 'never'])
      expect({ revision, stderr: run.stderr, status: run.status }).toEqual({
        revision,
        stderr: '',
        status: 0,
      })
    }
  })
})

describe('a context, a target and a Dockerfile', () => {
  it.each([
    [['--context', '../..'], 2],
    [['--context', 'no/such/folder'], 3],
    [['--context', 'app'], 3],
    [['--dockerfile', '../../etc/passwd'], 2],
    [['--source', 'https://example.test/app.git'], 2],
    [['--source', 'git@example.test:app.git'], 2],
    [['--source', ''], 2],
    [['--source', '#main'], 2],
  ])('%j', (words, status) => {
    const source = words[0] === '--source' ? [] : ['--source', repository]
    expectFailure(desk.run(['audit', archive, ...source, ...words]), status, /^assay: /)
  })

  it('a target that is no stage', () => {
    expectFailure(audit(repository, '--target', 'nothing'), 3, /Dockerfile:.*nothing/)
  })
})

describe('a repository', () => {
  it('that is none', () => {
    const empty = desk.path('empty')
    mkdirSync(empty)
    const inside = join(repository, 'inside')
    mkdirSync(inside)
    writeFileSync(desk.path('file'), 'x')
    const broken = workshop.path('broken')
    mkdirSync(join(broken, '.git'), { recursive: true })
    for (const [source, message] of [
      [desk.path('absent'), /no such repository: \S*absent/],
      [empty, /not a git repository: \S*empty/],
      [desk.path('file'), /not a git repository: \S*file/],
      [inside, /not a git repository: \S*inside \(it lies in the one at/],
      [broken, /not a git repository: \S*broken \(its \.git folder is not one\)/],
      ['/dev/null', /not a git repository/],
    ] as const)
      expectFailure(audit(source), 3, message)
  })

  it('that has no commit, or has lost its objects', () => {
    const empty = workshop.path('no-commit')
    mkdirSync(empty)
    git(empty, 'init', '--quiet')
    expectFailure(audit(empty), 3, /no-commit/)
    const lost = workshop.repository('lost', { Dockerfile: 'FROM scratch\n' })
    const objects = join(lost, '.git/objects')
    for (const name of readdirSync(objects)) {
      if (!/^[0-9a-f]{2}$/.test(name)) continue
      for (const file of readdirSync(join(objects, name))) {
        chmodSync(join(objects, name, file), 0o644)
        writeFileSync(join(objects, name, file), 'damaged')
      }
    }
    expectFailure(audit(lost), 3, /lost/)
  })

  it('that is a damaged or cut bundle', () => {
    const bundle = readFileSync(FIXTURES.bundle)
    for (const share of [0.02, 0.3, 0.9]) {
      const file = desk.path('cut.bundle')
      writeFileSync(file, bundle.subarray(0, Math.floor(bundle.length * share)))
      expectFailure(audit(file), 3, /cut\.bundle/)
    }
    const bytes = Buffer.from(bundle)
    bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 64)
    writeFileSync(desk.path('bad.bundle'), bytes)
    expectFailure(audit(desk.path('bad.bundle')), 3, /bad\.bundle/)
    expect(readdirSync(desk.path('tmp'))).toEqual([])
  })

  it('that is a bundle, where nothing can be unpacked', () => {
    const env = { TMPDIR: desk.path('no/such/folder') }
    const run = desk.run(['audit', archive, '--source', FIXTURES.bundle], { env })
    expectFailure(run, 3, /app\.bundle: the bundle cannot be read: ENOENT/)
  })

  it.skipIf(process.getuid?.() !== 0)('of another user is read like any other', () => {
    const theirs = workshop.repository('theirs', {
      Dockerfile: 'FROM scratch\nCOPY app /\n',
      app: 'app\n',
    })
    const own = (path: string): void => {
      chownSync(path, 65534, 65534)
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        if (entry.isDirectory()) own(join(path, entry.name))
        else chownSync(join(path, entry.name), 65534, 65534)
      }
    }
    own(theirs)
    expect(() => git(theirs, 'status')).toThrow(/dubious ownership/)
    const run = audit(theirs, '--json')
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
    expect(parseAudit(run.stdout).changes).toEqual([])
  })
})

describe('a repository whose configuration would run a program', () => {
  it('runs none', () => {
    const canary = desk.path('canary')
    const root = workshop.repository('hostile', {
      Dockerfile: 'FROM scratch\nCOPY app /\n',
      app: 'app\n',
      '.gitattributes': '* filter=evil diff=evil\n',
      '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch%20canary\n',
    })
    const program = join(root, 'evil.sh')
    writeFileSync(program, `#!/bin/sh\ntouch ${canary}\ncat\n`)
    chmodSync(program, 0o755)
    for (const [name, value] of [
      ['core.fsmonitor', program],
      ['core.hooksPath', root],
      ['core.pager', program],
      ['core.editor', program],
      ['core.sshCommand', program],
      ['core.gitProxy', program],
      ['core.askPass', program],
      ['core.alternateRefsCommand', program],
      ['diff.external', program],
      ['diff.evil.textconv', program],
      ['diff.evil.command', program],
      ['filter.evil.clean', program],
      ['filter.evil.smudge', program],
      ['filter.evil.process', program],
      ['gpg.program', program],
      ['log.showSignature', 'true'],
      ['credential.helper', program],
      ['uploadpack.packObjectsHook', program],
      ['alias.log', `!${program}`],
      ['alias.rev-parse', `!${program}`],
      ['remote.origin.url', `ext::${program}`],
      ['remote.origin.promisor', 'true'],
      ['extensions.partialClone', 'origin'],
      ['protocol.allow', 'always'],
    ] as const)
      git(root, 'config', '--file', '.git/config', name, value)
    for (const hook of [
      'post-checkout',
      'post-index-change',
      'reference-transaction',
      'fsmonitor',
    ]) {
      mkdirSync(join(root, '.git/hooks'), { recursive: true })
      writeFileSync(join(root, '.git/hooks', hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 })
    }
    writeFileSync(join(root, 'app'), 'changed\n')
    for (const words of [['audit'], ['explain'], ['explain', 'app']]) {
      const [command = '', ...path] = words
      const run = desk.run([command, archive, ...path, '--source', root])
      expect([0, 1, 3], run.stderr).toContain(run.status)
      expect({ words, ran: existsSync(canary) }).toEqual({ words, ran: false })
    }
  })

  it('nor does the environment of the user', () => {
    const canary = desk.path('canary-env')
    const program = desk.path('evil-env.sh')
    writeFileSync(program, `#!/bin/sh\ntouch ${canary}\ncat\n`, { mode: 0o755 })
    writeFileSync(
      desk.path('home', '.gitconfig'),
      `[core]\n\tfsmonitor = ${program}\n\tpager = ${program}\n`,
    )
    const env = {
      GIT_EXTERNAL_DIFF: program,
      GIT_SSH_COMMAND: program,
      GIT_PAGER: program,
      GIT_TRACE: canary,
      GIT_DIR: '/nonexistent',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: program,
    }
    const run = desk.run(['audit', archive, '--source', repository, '--json'], { env })
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
    expect(existsSync(canary)).toBe(false)
  })
})
