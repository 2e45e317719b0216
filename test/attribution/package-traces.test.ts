// What apt and maintainer scripts leave beside a package that was added by hand, and what only looks like it.
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/core/index.ts'
import {
  committed,
  type Deb,
  file,
  folder,
  judge,
  program,
  statusWith,
  unpacked,
} from '../support/attribution.ts'

const cron: Deb = {
  name: 'cron',
  version: '1:3.0-1',
  files: [
    program('usr/sbin/cron', 'cron'),
    file('usr/lib/systemd/system/cron.service', '[Unit]\n'),
  ],
}
const byHand = (...entries: readonly Entry[]) =>
  judge({
    dockerfile: 'FROM debian:12\n',
    layers: [committed(statusWith(cron), ...unpacked(cron), ...entries)],
  })

const archives = 'var/cache/apt/archives'
const helper = 'var/lib/systemd/deb-systemd-helper-enabled'

describe('a package added by hand', () => {
  it('is one line with its archive and its services', async () => {
    const { named, changes } = await byHand(
      file(`${archives}/cron_1%3a3.0-1_amd64.deb`, 'archive'),
      file(`${helper}/cron.service.dsh-also`, '/etc/systemd/system/cron.service\n'),
      file(`${helper}/multi-user.target.wants/cron.service`, ''),
    )
    expect(named).toEqual(['package-added cron'])
    expect(changes[0]?.folded).toContain(`${archives}/cron_1%3a3.0-1_amd64.deb`)
  })

  it.each([
    ['archive of another package', file(`${archives}/tar_1.0-1_amd64.deb`, 'x')],
    ['archive of another version', file(`${archives}/cron_1%3a3.0-2_amd64.deb`, 'x')],
    ['archive for another architecture', file(`${archives}/cron_1%3a3.0-1_arm64.deb`, 'x')],
    ['archive in a folder below', file(`${archives}/more/cron_1%3a3.0-1_amd64.deb`, 'x')],
    ['program called like its archive', program(`${archives}/cron_1%3a3.0-1_amd64.deb`, 'x')],
    ['service of no package', file(`${helper}/cronxservice.dsh-also`, 'x')],
    ['service elsewhere', file('etc/systemd/system/cron.service', 'x')],
    [
      'settings of dpkg that nothing reads',
      file('var/lib/dpkg/statoverride', 'root root 755 /x\n'),
    ],
  ])('does not excuse an %s', async (_, entry) => {
    const { named } = await byHand(folder('etc'), entry)
    expect(named).toContain(`added ${entry.path}`)
  })
})
