// Layers whose step is written down: what the step explains, and what was planted under its name.
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/core/index.ts'
import {
  BASE_LAYER,
  BASE_PACKAGES,
  blobId,
  built,
  type Deb,
  file,
  folder,
  gone,
  judge,
  link,
  PASSWD,
  program,
  statusWith,
  unpacked,
} from '../support/attribution.ts'

const yaml: Deb = { name: 'libyaml-0-2', files: [program('usr/lib/libyaml-0.so.2', 'yaml')] }
const INSTALL = 'apt-get install -y libyaml-0-2=1.0-1'
const run = (command: string, ...entries: readonly Entry[]) =>
  judge({
    dockerfile: `FROM debian:12\nRUN ${command}\n`,
    layers: [built(`RUN /bin/sh -c ${command}`, ...entries)],
  })

describe('a RUN step', () => {
  it('explains the packages it installs, their records and what their scripts write', async () => {
    const { named, originOf, verdict } = await run(
      INSTALL,
      statusWith(yaml),
      ...unpacked(yaml),
      file('etc/ld.so.cache', 'with yaml'),
      file('var/log/dpkg.log', 'more\n'),
      file('srv/made', 'by the step'),
    )
    expect(named).toEqual([])
    expect(originOf('usr/lib/libyaml-0.so.2')).toBe('package consistent')
    expect(originOf('etc/ld.so.cache')).toBe('package-script claimed')
    expect(originOf('srv/made')).toBe('run claimed')
    expect(verdict).toBe('rebuildable')
  })

  it('does not explain the file of a package that it did not install', async () => {
    const { named, originOf } = await run(
      INSTALL,
      statusWith(yaml),
      ...unpacked(yaml),
      program('usr/lib/libz.so.1', 'ZLIB'),
    )
    expect(named).toEqual(['modified usr/lib/libz.so.1'])
    expect(originOf('usr/lib/libz.so.1')).toBe('package-modified consistent')
  })

  it('does not explain a library that differs from the record it came with', async () => {
    const { named } = await run(
      INSTALL,
      statusWith(yaml),
      ...unpacked(yaml).filter(({ path }) => !path.endsWith('.so.2')),
      program('usr/lib/libyaml-0.so.2', 'YAML'),
    )
    expect(named).toEqual(['modified usr/lib/libyaml-0.so.2'])
  })

  it('does not explain a file whose record was rewritten under an installed package', async () => {
    const patched = program('usr/lib/libz.so.1', 'ZLIB')
    const { named } = await run(
      INSTALL,
      statusWith(yaml),
      ...unpacked(yaml),
      patched,
      file('var/lib/dpkg/info/zlib1g.md5sums', `${patched.md5}  usr/lib/libz.so.1\n`),
    )
    expect(named).toEqual([
      'modified usr/lib/libz.so.1',
      'modified var/lib/dpkg/info/zlib1g.md5sums',
    ])
  })

  it('does not take the word of a planted Python record for a file of the system', async () => {
    const patched = program('usr/lib/libz.so.1', 'ZLIB')
    const digest = Buffer.from(patched.sha256, 'hex').toString('base64url')
    const site = 'usr/lib/python3/dist-packages'
    const { named } = await run(
      'pip install evil',
      patched,
      file(
        `${site}/evil-1.0.dist-info/METADATA`,
        'Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n',
      ),
      file(
        `${site}/evil-1.0.dist-info/RECORD`,
        `../../libz.so.1,sha256=${digest},8\nevil-1.0.dist-info/METADATA,,\n`,
      ),
    )
    expect(named).toEqual(['modified usr/lib/libz.so.1'])
  })

  it('explains a package’s file that it names, by path, by folder and name, or by a pattern', async () => {
    for (const command of [
      'strip /usr/lib/libz.so.1',
      'cd /usr/lib && strip libz.so.1',
      'cp build/libz.so.1 /usr/lib/',
      'strip /usr/lib/libz.so.*',
      'find /usr/lib -type f -exec strip {} +',
    ]) {
      const { named, originOf } = await run(command, program('usr/lib/libz.so.1', 'ZLIB'))
      expect(named, command).toEqual([])
      expect(originOf('usr/lib/libz.so.1'), command).toBe('run claimed')
    }
  })

  it('does not explain a package’s file that is gone where its words tell what it takes away', async () => {
    const taken = async (command: string) => (await run(command, gone('usr/bin/tar'))).named
    for (const command of ['rm -f /tmp/*.deb', 'cd /usr && rm -f tar', 'echo x > /etc/x']) {
      expect(await taken(command), command).toEqual(['deleted usr/bin/tar'])
    }
    for (const command of [
      'rm /usr/bin/tar',
      'cd /usr/bin && rm -f t*',
      'rm -rf /usr/bin',
      'mv /usr/bin /opt',
      'for f in a b; do rm -f "$f"; done',
      'find / -name tar -delete',
      'make strip',
    ]) {
      expect(await taken(command), command).toEqual([])
    }
  })

  it('lets a package put the file of another elsewhere, and no diversion of an older one', async () => {
    const diverted = (owner: string) =>
      file('var/lib/dpkg/diversions', `/usr/bin/tar\n/usr/bin/tar.old\n${owner}\n`)
    const installed = [statusWith(yaml), ...unpacked(yaml), gone('usr/bin/tar')]
    const moved = program('usr/bin/tar.old', 'tar')
    const { named } = await run(INSTALL, ...installed, moved, diverted('libyaml-0-2'))
    expect(named).toEqual([])
    expect((await run(INSTALL, ...installed, moved, diverted('bash'))).named).toEqual([
      'deleted usr/bin/tar',
    ])
  })

  it('does not explain a configuration file of a package where it can only write elsewhere', async () => {
    const edited = file('etc/bash.bashrc', '# edited\n')
    const named = async (command: string) => (await run(command, edited)).named
    expect(await named('mkdir -p /srv/x; echo made > /srv/x/state')).toEqual([
      'modified etc/bash.bashrc',
    ])
    for (const command of ['echo x >> /etc/bash.bashrc', 'sed -i s/a/b/ /etc/*.bashrc', 'setup']) {
      expect(await named(command), command).toEqual([])
    }
  })

  it('does not explain scripts and digests of a package that it did not install', async () => {
    const script = (name: string) => file(`var/lib/dpkg/info/${name}`, 'evil', { mode: 0o755 })
    const installed = [statusWith(yaml), ...unpacked(yaml)]
    const { named } = await run(INSTALL, ...installed, script('tar.postinst'), script('bash.prerm'))
    expect(named).toEqual([
      'modified var/lib/dpkg/info/tar.postinst',
      'added var/lib/dpkg/info/bash.prerm',
    ])
    const own = [script('libyaml-0-2.postinst'), file('var/lib/dpkg/info/tar.list', '/usr\n')]
    expect((await run(INSTALL, ...installed, ...own)).named).toEqual([])
    const told = 'rm /var/lib/dpkg/info/tar.postinst; echo > /var/lib/dpkg/info/tar.postinst'
    expect((await run(told, script('tar.postinst'))).named).toEqual([])
  })

  it('does not explain the line of an account that no word of it names', async () => {
    const passwd = (root: string) =>
      file('etc/passwd', `${root}app:x:990:990::/srv:/usr/sbin/nologin\n`)
    const add = "echo 'app:x:990:990::/srv:/usr/sbin/nologin' >> /etc/passwd"
    expect((await run(add, passwd(PASSWD))).named).toEqual([])
    expect((await run(add, passwd('root::0:0:root:/root:/bin/sh\n'))).named).toEqual([
      'account root',
    ])
    expect((await run(INSTALL, statusWith(yaml), ...unpacked(yaml), passwd(PASSWD))).named).toEqual(
      [],
    )
    const evil = passwd('root::0:0:root:/root:/bin/sh\n')
    expect((await run(INSTALL, statusWith(yaml), ...unpacked(yaml), evil)).named).toEqual([
      'account root',
    ])
    for (const command of [
      'useradd app && usermod -d /x root',
      'usermod -u 0 app',
      "sed -i 's/a/b/' /etc/passwd",
      'cp passwd /etc/passwd',
      'setup',
      'useradd $NAME',
    ]) {
      expect((await run(command, evil)).named, command).toEqual([])
    }
  })

  it('lets the tools for accounts write their own files, though a package lists them', async () => {
    const accounts: Deb = {
      name: 'base-passwd',
      files: [],
      configuration: [file('etc/passwd', PASSWD)],
    }
    const { named } = await judge({
      dockerfile: 'FROM debian:12\nRUN adduser app\n',
      base: [...BASE_LAYER, statusWith(accounts), ...unpacked(accounts)],
      layers: [
        built('RUN /bin/sh -c adduser app', file('etc/passwd', `${PASSWD}app:x:1:1::/:/bin/sh\n`)),
      ],
    })
    expect(named).toEqual([])
  })

  it('does not explain one by a command that only reads, or a folder it is copied to', async () => {
    for (const command of [
      'ls /usr/lib/libz.so.1',
      'cp app /usr/lib/',
      'export PATH=/usr/lib',
      'echo libz.so.1',
      'cd /usr/lib && apt-get install -y libz.so.1',
    ]) {
      const { named } = await run(command, program('usr/lib/libz.so.1', 'ZLIB'))
      expect(named, command).toEqual(['modified usr/lib/libz.so.1'])
    }
  })

  it('does not explain a set-id bit or a capability that it does not name', async () => {
    const { named } = await run(
      INSTALL,
      statusWith(yaml),
      ...unpacked(yaml),
      program('usr/bin/bash', 'bash', { mode: 0o4755 }),
      program('usr/local/bin/helper', 'x', { mode: 0o4755 }),
      program('usr/bin/tar', 'tar', { xattrs: { 'security.capability': '01' } }),
    )
    expect(named).toEqual(['mode usr/bin/bash', 'mode usr/bin/tar', 'added usr/local/bin/helper'])
    const chmod = await run(
      'chmod 4755 /usr/bin/bash',
      program('usr/bin/bash', 'bash', { mode: 0o4755 }),
    )
    expect(chmod.named).toEqual([])
  })

  it('does not vouch for a new program in its layer: it is claimed, never proved', async () => {
    const { originOf, named } = await run(INSTALL, program('usr/local/bin/planted', 'x'))
    expect(named).toEqual([])
    expect(originOf('usr/local/bin/planted')).toBe('run claimed')
  })

  it('explains configuration, accounts and deletions, which are its own affair', async () => {
    const { named } = await run(
      './setup.sh',
      file('etc/bash.bashrc', '# changed\n'),
      file('etc/passwd', `${PASSWD}app:x:999:999::/srv:/bin/sh\n`),
      gone('usr/bin/tar'),
    )
    expect(named).toEqual([])
  })

  it('that was built otherwise only guesses', async () => {
    const { originOf, verdict } = await judge({
      dockerfile: 'FROM debian:12\nRUN make install all the things\n',
      layers: [built('RUN /bin/sh -c make install all the rings', file('srv/made', 'x'))],
    })
    expect(originOf('srv/made')).toBe('run guessed')
    expect(verdict).toBe('drifted')
  })

  it('names a module that npm’s own record contradicts', async () => {
    const manifest = (version: string) => JSON.stringify({ name: 'is-odd', version })
    const lock = (version: string, more: object) =>
      JSON.stringify({
        name: 'app',
        lockfileVersion: 3,
        packages: { ...more, 'node_modules/is-odd': { version } },
      })
    const install = (version: string) => [
      file('app/package.json', '{"name":"app","version":"1.0.0"}'),
      file('app/package-lock.json', lock('3.0.1', { '': { name: 'app' } })),
      file('app/node_modules/.package-lock.json', lock('3.0.1', {})),
      file('app/node_modules/is-odd/package.json', manifest(version)),
    ]
    expect((await run('npm ci', ...install('3.0.1'))).named).toEqual([])
    const { named, changes } = await run('npm ci', ...install('3.0.9'))
    expect(named).toEqual(['package-changed is-odd'])
    expect(changes[0]).toMatchObject({ expected: '3.0.1', found: '3.0.9' })
  })
})

describe('a COPY from the context', () => {
  const copy = (...entries: readonly Entry[]) =>
    judge({
      dockerfile: 'FROM debian:12\nCOPY conf /etc/app/\n',
      tracked: { 'conf/a.conf': 'a\n', 'conf/run.sh': '#!/bin/sh\n', 'conf/link': '-> a.conf' },
      executable: ['conf/run.sh'],
      layers: [built('COPY conf /etc/app/', folder('etc/app'), ...entries)],
      sightings: [
        {
          blob: blobId('older\n'),
          path: 'conf/a.conf',
          commit: 'a'.repeat(40),
          date: '2025-01-01',
        },
      ],
    })
  const script = file('etc/app/run.sh', '#!/bin/sh\n', { mode: 0o755 })
  const conf = file('etc/app/a.conf', 'a\n')
  const target = link('etc/app/link', 'a.conf')

  it('proves what equals the tracked blobs at their places', async () => {
    const { named, originOf, verdict } = await copy(script, conf, target)
    expect(named).toEqual([])
    expect(originOf('etc/app/a.conf')).toBe('context proved')
    expect(originOf('etc/app/link')).toBe('context proved')
    expect(verdict).toBe('rebuildable')
  })

  it('names other bytes, bytes of another commit, and a file that was never tracked', async () => {
    const modified = await copy(script, file('etc/app/a.conf', 'b\n'), target)
    expect(modified.named).toEqual(['modified etc/app/a.conf'])
    expect(modified.originOf('etc/app/a.conf')).toBe('context-modified proved')
    const older = await copy(script, file('etc/app/a.conf', 'older\n'), target)
    expect(older.named).toEqual(['modified etc/app/a.conf'])
    expect(older.originOf('etc/app/a.conf')).toBe('context-other-commit proved')
    const more = await copy(script, conf, target, file('etc/app/debug', 'x'))
    expect(more.named).toEqual(['added etc/app/debug'])
    expect(more.originOf('etc/app/debug')).toBe('context-untracked proved')
  })

  it('names a file that does not come, and one that is still as the base had it', async () => {
    expect((await copy(script, target)).named).toEqual(['deleted etc/app/a.conf'])
    const stale = await judge({
      dockerfile: 'FROM debian:12\nCOPY hosts /etc/hosts.allow\n',
      tracked: { hosts: 'ALL: LOCAL\n' },
      layers: [built('COPY hosts /etc/hosts.allow')],
    })
    expect(stale.named).toEqual(['modified etc/hosts.allow'])
  })

  it('names a link in the place of a file, though the blobs are equal', async () => {
    const { named } = await copy(script, conf, file('etc/app/link', 'a.conf'))
    expect(named).toEqual(['modified etc/app/link'])
  })

  it('names a mode, an owner and a capability that nothing gives', async () => {
    const { named } = await copy(
      file('etc/app/run.sh', '#!/bin/sh\n', { mode: 0o4755 }),
      file('etc/app/a.conf', 'a\n', { uid: 1000, xattrs: { 'security.capability': '01' } }),
      target,
    )
    expect(named).toEqual(['mode etc/app/a.conf', 'mode etc/app/run.sh', 'owner etc/app/a.conf'])
  })

  it('accepts the owner and the mode that the instruction gives, by name or number', async () => {
    const { named } = await judge({
      dockerfile: 'FROM debian:12\nCOPY --chown=app:root --chmod=750 a /srv/a\n',
      tracked: { a: 'a' },
      base: [
        file('etc/passwd', `${PASSWD}app:x:1000:1000::/srv:/bin/sh\n`),
        file('etc/group', 'root:x:0:\n'),
      ],
      layers: [
        built(
          'COPY --chown=app:root --chmod=750 a /srv/a',
          file('srv/a', 'a', { mode: 0o750, uid: 1000 }),
        ),
      ],
    })
    expect(named).toEqual([])
  })

  it('does not cover a file, a deletion or a mode elsewhere in its layer', async () => {
    const { named } = await copy(
      script,
      conf,
      target,
      program('usr/bin/evil', 'x'),
      gone('usr/bin/tar'),
      file('etc/shadow', 'root:*:19000:0:99999:7:::\n', { mode: 0o666 }),
    )
    expect(named).toEqual(['mode etc/shadow', 'added usr/bin/evil', 'deleted usr/bin/tar'])
  })

  it('takes a heredoc for its own place only', async () => {
    const { named, originOf } = await judge({
      dockerfile: 'FROM debian:12\nCOPY <<EOF /etc/motd\nhello $USER\nEOF\n',
      layers: [
        built('COPY <<EOF /etc/motd', file('etc/motd', 'hello x\n'), file('etc/issue', 'x')),
      ],
    })
    expect(named).toEqual(['added etc/issue'])
    expect(originOf('etc/motd')).toBe('run claimed')
  })

  it('only claims what ADD unpacks, and nothing beside its destination', async () => {
    const { named, originOf } = await judge({
      dockerfile: 'FROM debian:12\nADD site.tar.gz /srv/site/\n',
      tracked: { 'site.tar.gz': 'archive' },
      layers: [
        built(
          'ADD site.tar.gz /srv/site/',
          file('srv/site/index.html', 'x'),
          program('srv/site/su', 'x', { mode: 0o4755 }),
          file('usr/local/evil', 'x'),
        ),
      ],
    })
    expect(originOf('srv/site/index.html')).toBe('context claimed')
    expect(named).toEqual(['added srv/site/su', 'added usr/local/evil'])
  })

  it('sees through a merged /usr and links in folders', async () => {
    const { named } = await judge({
      dockerfile: 'FROM debian:12\nCOPY tool /bin/tool\n',
      tracked: { tool: 'x' },
      base: [folder('usr/bin'), link('bin', 'usr/bin')],
      layers: [built('COPY tool /bin/tool', file('usr/bin/tool', 'x'))],
    })
    expect(named).toEqual([])
  })
})

describe('other steps', () => {
  const stage = (...entries: readonly Entry[]) =>
    judge({
      dockerfile:
        'FROM golang:1 AS build\nRUN chmod 4755 /out/sandbox\nFROM debian:12\nCOPY --from=build /out /srv/app\n',
      layers: [built('COPY /out /srv/app', ...entries)],
    })

  it('a stage explains what lies at its destination, by claim', async () => {
    const { named, originOf } = await stage(
      program('srv/app/server', 'x'),
      program('srv/app/sandbox', 'x', { mode: 0o4755 }),
    )
    expect(named).toEqual([])
    expect(originOf('srv/app/server')).toBe('stage claimed')
  })

  it('a stage does not cover what lies elsewhere, nor a set-id file it does not name', async () => {
    const { named } = await stage(
      program('srv/app/server', 'x', { mode: 0o4755 }),
      program('usr/bin/evil', 'x'),
      program('usr/bin/bash', 'bash', { mode: 0o4755 }),
      gone('etc/hosts.allow'),
    )
    expect(named).toEqual([
      'mode usr/bin/bash',
      'added srv/app/server',
      'added usr/bin/evil',
      'deleted etc/hosts.allow',
    ])
  })

  it('a download is the file that its address names, and no other', async () => {
    const { named, originOf } = await judge({
      dockerfile: 'FROM debian:12\nADD https://example.org/tool?v=1 /usr/local/bin/\n',
      base: [folder('usr/local/bin'), program('usr/bin/tar', 'tar')],
      layers: [
        built(
          'ADD https://example.org/tool?v=1 /usr/local/bin/',
          program('usr/local/bin/tool', 'x'),
          program('usr/local/bin/other', 'x'),
          program('usr/bin/tar', 'evil'),
        ),
      ],
    })
    expect(originOf('usr/local/bin/tool')).toBe('run claimed')
    expect(named).toEqual(['modified usr/bin/tar', 'added usr/local/bin/other'])
  })

  it('a download beside tracked files is one all the same', async () => {
    const { named, originOf } = await judge({
      dockerfile: 'FROM debian:12\nADD a https://example.org/tool /srv/\n',
      tracked: { a: 'a' },
      layers: [
        built('ADD a https://example.org/tool /srv/', file('srv/a', 'a'), file('srv/tool', 'x')),
      ],
    })
    expect(named).toEqual([])
    expect(originOf('srv/tool')).toBe('run claimed')
  })

  it('a WORKDIR makes folders and no files', async () => {
    const { named } = await judge({
      dockerfile: 'FROM debian:12\nWORKDIR /srv/app\n',
      settings: { workingDir: '/srv/app' },
      layers: [
        {
          createdBy: 'WORKDIR /srv/app',
          comment: 'buildkit.dockerfile.v0',
          entries: [folder('srv/app'), file('srv/app/evil', 'x')],
        },
      ],
    })
    expect(named).toEqual(['added srv/app/evil'])
  })

  it('what ONBUILD of a stage below triggers is a step of the stage built on it', async () => {
    const { named, steps } = await judge({
      dockerfile: 'FROM debian:12 AS base\nONBUILD COPY app /srv/app\nFROM base\nRUN true\n',
      tracked: { app: 'a' },
      layers: [built('COPY app /srv/app', file('srv/app', 'a')), built('RUN /bin/sh -c true')],
    })
    expect(steps.map((step) => step.alignment)).toEqual(['base', 'same', 'same'])
    expect(named).toEqual([])
  })
})

describe('an image without a description', () => {
  it('lets packages speak for themselves and calls the rest unexplained', async () => {
    const { named, originOf, verdict } = await judge({
      dockerfile: null,
      layers: [
        built(
          'RUN /bin/sh -c x',
          program('usr/lib/libz.so.1', 'ZLIB'),
          BASE_PACKAGES.tar.files[0] ?? file('x', ''),
          file('srv/data', 'x'),
        ),
      ],
    })
    expect(named).toEqual(['modified usr/lib/libz.so.1'])
    expect(originOf('srv/data')).toBe('unexplained guessed')
    expect(verdict).toBe('unknown')
  })
})

describe('a history that has lost which step made which layer', () => {
  const steps = [
    { createdBy: '/bin/sh -c make', entries: null },
    { createdBy: '/bin/sh -c #(nop)  CMD ["x"]', entries: null },
  ]
  const MERGE = `merge sha256:${'1'.repeat(64)} to sha256:${'2'.repeat(64)}`
  const merged = [program('usr/lib/libz.so.1', 'ZLIB'), file('srv/a', 'x'), file('srv/b', 'x')]

  it('by --squash names the merge and what packages tell, not every file', async () => {
    const { named, steps: found } = await judge({
      dockerfile: 'FROM debian:12\nRUN make\nCMD ["x"]\n',
      settings: { cmd: ['x'] },
      layers: [...steps, { createdBy: '', comment: MERGE, entries: merged }],
    })
    expect(named).toEqual(['modified usr/lib/libz.so.1'])
    expect(found.map(({ alignment }) => alignment)).toEqual(['base', 'same', 'same', 'merged'])
    expect(found.at(-1)?.reason).toContain('merges the layers')
  })
})

describe('a heredoc of COPY', () => {
  const dockerfile = (declared: string) =>
    `FROM debian:12\n${declared}COPY <<EOF /etc/edition\nedition "\${EDITION:-none}" $CODE\nEOF\n`
  const copied = (text: string) => [built('COPY <<EOF /etc/edition', file('etc/edition', text))]

  it('is compared with its variables filled in, quotes left alone', async () => {
    const declared = 'ARG EDITION=third\nENV CODE=7\n'
    const steps = ['ARG EDITION=third', 'ENV CODE=7'].map((text) => ({
      ...built(text),
      entries: null,
    }))
    const settings = { env: ['CODE=7'] }
    const layers = [...steps, ...copied('edition "third" 7\n')]
    const { named, originOf } = await judge({ dockerfile: dockerfile(declared), layers, settings })
    expect(named).toEqual([])
    expect(originOf('etc/edition')).toBe('context proved')
    const other = await judge({
      dockerfile: dockerfile(declared),
      layers: [...steps, ...copied('edition "third" 8\n')],
      settings,
    })
    expect(other.named).toEqual(['modified etc/edition'])
  })

  it('is only claimed where the base may set a variable in it', async () => {
    const { named, originOf } = await judge({
      dockerfile: dockerfile(''),
      layers: copied('edition "none" 7\n'),
    })
    expect(named).toEqual([])
    expect(originOf('etc/edition')).toBe('run claimed')
  })
})

describe('an ADD with a checksum', () => {
  const url = 'https://example.test/tool.txt'
  const wanted = file('srv/tool.txt', 'tool')
  const added = (entry: Entry) =>
    judge({
      dockerfile: `FROM debian:12\nADD --checksum=sha256:${wanted.sha256} ${url} /srv/tool.txt\n`,
      layers: [built(`ADD ${url} /srv/tool.txt`, entry)],
    })

  it('proves what has it, and names what has not', async () => {
    const right = await added(wanted)
    expect(right.named).toEqual([])
    expect(right.originOf('srv/tool.txt')).toBe('run proved')
    const wrong = await added(file('srv/tool.txt', 'TOOL'))
    expect(wrong.named).toEqual(['modified srv/tool.txt'])
  })
})
