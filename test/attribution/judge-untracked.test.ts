// What a hand did to a container that was then committed: every act is named, and nothing else.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/core/index.ts'
import {
  BASE_PACKAGES,
  committed,
  type Deb,
  file,
  folder,
  gone,
  judge,
  link,
  PASSWD,
  program,
  SHADOW,
  statusWith,
  unpacked,
} from '../support/attribution.ts'

const DOCKERFILE = 'FROM debian:12\n'
const byHand = (...entries: readonly Entry[]) =>
  judge({ dockerfile: DOCKERFILE, layers: [committed(...entries)] })

const yaml: Deb = {
  name: 'libyaml-0-2',
  files: [
    program('usr/lib/libyaml-0.so.2', 'yaml'),
    file('usr/share/doc/libyaml-0-2/copyright', 'x'),
  ],
}
const withYaml = [statusWith(yaml), ...unpacked(yaml)]

describe('files of a committed container', () => {
  it('names a new file, a changed one and a deleted one, each with what stood there', async () => {
    const { named, changes, verdict } = await byHand(
      program('usr/local/bin/collect', 'collect'),
      file('etc/hosts.allow', 'ALL: ALL\n'),
      gone('usr/bin/tar'),
    )
    expect(named).toEqual([
      'modified etc/hosts.allow',
      'added usr/local/bin/collect',
      'deleted usr/bin/tar',
    ])
    expect(changes.find(({ kind }) => kind === 'deleted')?.owner).toContain('pkg:deb/debian/tar@')
    expect(verdict).toBe('drifted')
  })

  it('names a package’s file by its package, with the digest on record', async () => {
    const { named, changes, originOf } = await byHand(program('usr/lib/libz.so.1', 'ZLIB'))
    expect(named).toEqual(['modified usr/lib/libz.so.1'])
    expect(changes[0]?.owner).toContain('pkg:deb/debian/zlib1g@')
    expect(changes[0]?.expected).toBe(`md5:${BASE_PACKAGES.libz.files[0]?.md5}`)
    expect(originOf('usr/lib/libz.so.1')).toBe('package-modified consistent')
  })

  it('does not name what was only written again', async () => {
    const { named } = await byHand(
      folder('etc'),
      folder('srv'),
      file('etc/hosts.allow', '# hosts\n', { mtime: 5 }),
      program('usr/bin/tar', 'tar'),
    )
    expect(named).toEqual([])
  })

  it('names a mode, an owner and a capability, old and new', async () => {
    const { changes, named } = await byHand(
      program('usr/bin/bash', 'bash', { mode: 0o4755 }),
      file('etc/hosts.allow', '# hosts\n', { uid: 1000 }),
      program('usr/bin/tar', 'tar', { xattrs: { 'security.capability': '01' } }),
    )
    expect(named).toEqual(['mode usr/bin/bash', 'mode usr/bin/tar', 'owner etc/hosts.allow'])
    expect(changes[0]).toMatchObject({ expected: '0755', found: '4755' })
    expect(changes[1]).toMatchObject({ found: 'attributes {"security.capability":"01"}' })
    expect(changes[2]).toMatchObject({ expected: '0:0', found: '1000:0' })
  })

  it('names rights that a changed file got as well', async () => {
    const { named } = await byHand(program('usr/bin/tar', 'evil', { mode: 0o4755 }))
    expect(named).toEqual(['modified usr/bin/tar', 'mode usr/bin/tar'])
  })

  it('names a change of type: a folder in the place of a file, a link in the place of a folder', async () => {
    const { named, changes } = await byHand(
      folder('etc/hosts.allow'),
      link('etc/skel', '/srv/skel'),
    )
    expect(named).toContain('modified etc/hosts.allow')
    expect(named).toContain('modified etc/skel')
    expect(changes.find(({ path }) => path === 'etc/skel')).toMatchObject({
      expected: 'directory',
      found: 'link to /srv/skel',
    })
  })

  it('names an empty folder that came, and one that went', async () => {
    const { named } = await byHand(folder('opt/empty'), gone('srv'))
    expect(named).toEqual(['added opt/empty/', 'deleted srv/'])
  })
})

describe('several commits on one another', () => {
  it('does not name what a later one took away again', async () => {
    const { named } = await judge({
      dockerfile: DOCKERFILE,
      layers: [
        committed(file('srv/note', 'a'), file('etc/hosts.allow', 'x')),
        committed(gone('srv/note'), file('etc/hosts.allow', 'y')),
      ],
    })
    expect(named).toEqual(['modified etc/hosts.allow'])
  })

  it('does not name a package that came and went', async () => {
    const lists = ['list', 'md5sums'].map((name) => gone(`var/lib/dpkg/info/libyaml-0-2.${name}`))
    const files = yaml.files.map(({ path }) => gone(path))
    const { named } = await judge({
      dockerfile: DOCKERFILE,
      layers: [committed(...withYaml), committed(statusWith(), ...lists, ...files)],
    })
    expect(named).toEqual([])
  })

  it('does not name what a written step wrote over', async () => {
    const { named } = await judge({
      dockerfile: 'FROM debian:12\nCOPY app /srv/app\n',
      tracked: { app: 'right' },
      layers: [
        committed(file('srv/app', 'wrong')),
        {
          createdBy: 'COPY app /srv/app # buildkit',
          comment: 'buildkit.dockerfile.v0',
          entries: [file('srv/app', 'right')],
        },
      ],
    })
    expect(named).toEqual([])
  })
})

describe('packages that were added by hand', () => {
  it('are one line with their files and records', async () => {
    const { named, changes } = await byHand(...withYaml, file('var/log/dpkg.log', 'more\n'))
    expect(named).toEqual(['package-added libyaml-0-2'])
    expect(changes[0]?.folded).toEqual([
      'usr/lib/libyaml-0.so.2',
      'usr/share/doc/libyaml-0-2/copyright',
      'var/lib/dpkg/info/libyaml-0-2.list',
      'var/lib/dpkg/info/libyaml-0-2.md5sums',
      'var/lib/dpkg/status',
    ])
  })

  it('do not cover the maintainer script of another package', async () => {
    const script = file('var/lib/dpkg/info/tar.postinst', '#!/bin/sh\ncurl evil\n', { mode: 0o755 })
    const { named } = await byHand(...withYaml, script)
    expect(named).toEqual(['modified var/lib/dpkg/info/tar.postinst', 'package-added libyaml-0-2'])
  })

  it('do not cover a patched library whose record was patched with it', async () => {
    const patched = program('usr/lib/libz.so.1', 'ZLIB')
    const { named } = await byHand(
      ...withYaml,
      patched,
      file('var/lib/dpkg/info/zlib1g.md5sums', `${patched.md5}  usr/lib/libz.so.1\n`),
    )
    expect(named).toEqual([
      'modified usr/lib/libz.so.1',
      'modified var/lib/dpkg/info/zlib1g.md5sums',
      'package-added libyaml-0-2',
    ])
  })

  it('do not cover the system’s settings, services, certificates or an emptied file', async () => {
    const planted = [
      file('etc/pam.d/common-auth', 'auth sufficient pam_permit.so\n'),
      file('etc/nsswitch.conf', 'passwd: evil\n'),
      file('etc/ld.so.conf.d/evil.conf', '/srv/evil\n'),
      file('etc/ssl/certs/ca-certificates.crt', 'rogue\n'),
      link('etc/systemd/system/multi-user.target.wants/evil.service', '/srv/evil.service'),
      link('usr/bin/awk', '/etc/alternatives/awk'),
      link('etc/alternatives/awk', '/srv/evil'),
      file('etc/hosts.allow', ''),
      file('var/lib/dpkg/statoverride', 'root root 4755 /usr/bin/tar\n'),
    ]
    const { named } = await byHand(...withYaml, ...planted)
    for (const { path } of planted) {
      expect(
        named.some((name) => name.endsWith(` ${path}`)),
        path,
      ).toBe(true)
    }
    expect(named).toHaveLength(planted.length + 1)
  })

  it('do not cover a mark on another package', async () => {
    const marks = 'Package: tar\nArchitecture: amd64\nAuto-Installed: 1\n'
    const { named } = await byHand(...withYaml, file('var/lib/apt/extended_states', marks))
    expect(named).toEqual(['added var/lib/apt/extended_states', 'package-added libyaml-0-2'])
  })

  it('cover the links that update-alternatives makes to their programs', async () => {
    const vim: Deb = { name: 'vim', files: [program('usr/bin/vim.basic', 'vim')] }
    const { named, originOf } = await byHand(
      statusWith(vim),
      ...unpacked(vim),
      link('usr/bin/vim', '/etc/alternatives/vim'),
      link('etc/alternatives/vim', '/usr/bin/vim.basic'),
      file('var/lib/dpkg/alternatives/vim', 'auto\n/usr/bin/vim\n'),
    )
    expect(named).toEqual(['package-added vim'])
    expect(originOf('usr/bin/vim')).toBe('package-script claimed')
  })

  it('name a program among their files that their record does not have', async () => {
    const { named } = await byHand(...withYaml, program('usr/lib/libyaml-0.so.2.evil', 'x'))
    expect(named).toContain('added usr/lib/libyaml-0.so.2.evil')
  })

  it('name a package that went, one of another version, and a record that was rewritten', async () => {
    const { libz, tar, bash } = BASE_PACKAGES
    const removed = await byHand(
      file('var/lib/dpkg/status', statusOf([libz, bash])),
      gone('usr/bin/tar'),
      ...['list', 'md5sums', 'postinst'].map((name) => gone(`var/lib/dpkg/info/tar.${name}`)),
    )
    expect(removed.named).toEqual(['package-removed tar'])
    const newer = { ...tar, version: '2.0-1', files: [program('usr/bin/tar', 'tar 2')] }
    const changed = await byHand(
      file('var/lib/dpkg/status', statusOf([libz, bash, newer])),
      ...unpacked(newer),
    )
    expect(changed.named).toEqual(['package-changed tar'])
    expect(changed.changes[0]).toMatchObject({ expected: '1.0-1', found: '2.0-1' })
    const rewritten = await byHand(
      file(
        'var/lib/dpkg/status',
        statusOf([libz, bash, { ...tar, extra: 'Homepage: http://evil\n' }]),
      ),
    )
    expect(rewritten.named).toEqual(['package-changed tar'])
  })

  it('do not name a package whose triggers are pending, but one that is held', async () => {
    const { libz, tar, bash } = BASE_PACKAGES
    const records = (state: string) =>
      file('var/lib/dpkg/status', statusOf([libz, bash, { ...tar, state }, yaml]))
    const pending = await byHand(records('install ok triggers-pending'), ...unpacked(yaml))
    expect(pending.named).toEqual(['package-added libyaml-0-2'])
    const held = await byHand(records('hold ok installed'), ...unpacked(yaml))
    expect(held.named).toEqual(['package-changed tar', 'package-added libyaml-0-2'])
  })
})

function statusOf(packages: readonly Deb[]): string {
  return packages
    .map(
      ({
        name,
        version = '1.0-1',
        extra = '',
        state = 'install ok installed',
        configuration = [],
      }) =>
        `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\nVersion: ${version}\n` +
        `Maintainer: A. Author <author@example.org>\nDescription: ${name}\n${extra}` +
        (configuration.length === 0
          ? ''
          : `Conffiles:\n${configuration.map((each) => ` /${each.path} ${each.md5}\n`).join('')}`),
    )
    .join('\n')
}

describe('accounts', () => {
  it('are one line with their files and the copies of /etc/skel', async () => {
    const { named, changes } = await byHand(
      file('etc/passwd', `${PASSWD}deploy:x:1000:1000::/home/deploy:/bin/bash\n`),
      file('etc/passwd-', PASSWD),
      file('etc/shadow', `${SHADOW}deploy:!:20000:0:99999:7:::\n`, { mode: 0o640 }),
      file('etc/subuid', 'deploy:100000:65536\n'),
      file('home/deploy/.profile', '# profile\n', { uid: 1000, gid: 1000 }),
    )
    expect(named).toEqual(['account deploy'])
    expect(changes[0]?.folded).toContain('home/deploy/.profile')
  })

  it('name an account whose line changed, also when a second line takes its place', async () => {
    const shell = await byHand(
      file('etc/shadow', 'root:$6$x:19000:0:99999:7:::\n', { mode: 0o640 }),
    )
    expect(shell.named).toEqual(['account root'])
    const shadowed = await byHand(file('etc/passwd', `root::0:0:evil:/root:/bin/sh\n${PASSWD}`))
    expect(shadowed.named).toEqual(['account root'])
  })

  it('do not name the day of the last password change', async () => {
    const { named } = await byHand(
      file('etc/shadow', 'root:*:20111:0:99999:7:::\n', { mode: 0o640 }),
    )
    expect(named).toEqual([])
  })

  it('do not cover another file in the home, nor a copy that nobody wrote', async () => {
    const { named } = await byHand(
      file('etc/passwd', `${PASSWD}deploy:x:1000:1000::/home/deploy:/bin/bash\n`),
      file('home/deploy/.profile', 'curl evil\n'),
    )
    expect(named).toEqual(['added home/deploy/.profile', 'account deploy'])
    expect((await byHand(file('etc/passwd-', 'evil\n'))).named).toEqual(['added etc/passwd-'])
  })
})

describe('files that every build writes differently', () => {
  it('are not named while they are what they seem', async () => {
    const { named, originOf } = await byHand(
      file('var/log/dpkg.log', 'more\n'),
      file('var/lib/apt/lists/deb.example.org_debian_dists_bookworm_InRelease', 'Origin: x\n'),
      file('etc/hostname', ''),
      file('.dockerenv', ''),
    )
    expect(named).toEqual([])
    expect(originOf('var/log/dpkg.log')).toBe('generated claimed')
  })

  it('are named when they are not: a program as a log, a list of no archive, a filled mount', async () => {
    const { named } = await byHand(
      program('var/log/dpkg.log', 'evil'),
      file('var/lib/apt/lists/payload.bin', 'evil'),
      file('etc/resolv.conf', 'nameserver 192.0.2.1\n'),
      file('etc/ld.so.cache', 'another cache'),
      link('etc/hosts', '/srv/evil'),
    )
    expect(named.sort()).toEqual(
      [
        'added etc/hosts',
        'added etc/resolv.conf',
        'added var/lib/apt/lists/payload.bin',
        'modified etc/ld.so.cache',
        'modified var/log/dpkg.log',
      ].sort(),
    )
  })

  it('the index of libraries is excused only by a package that brings one', async () => {
    const { named } = await byHand(...withYaml, file('etc/ld.so.cache', 'with yaml'))
    expect(named).toEqual(['package-added libyaml-0-2'])
  })
})

describe('the order in which an archive has its files', () => {
  it('changes nothing of what is told', async () => {
    const all = [
      ...withYaml,
      program('usr/lib/libz.so.1', 'ZLIB'),
      program('usr/bin/bash', 'bash', { mode: 0o4755 }),
      file('etc/passwd', `${PASSWD}deploy:x:1000:1000::/home/deploy:/bin/bash\n`),
      file('home/deploy/.profile', '# profile\n'),
      ...['a', 'b', 'c', 'd'].map((name) => file(`opt/tool/${name}`, name)),
      gone('usr/bin/tar'),
    ]
    const expected = await byHand(...all)
    const whole = fc.shuffledSubarray(all, { minLength: all.length })
    await fc.assert(
      fc.asyncProperty(whole, async (shuffled) => {
        const { changes, origins, files } = await byHand(...shuffled)
        expect({ changes, origins, files }).toEqual({
          changes: expected.changes,
          origins: expected.origins,
          files: expected.files,
        })
      }),
      { numRuns: 20 },
    )
  })
})
