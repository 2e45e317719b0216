// The hands that edit a running status page: one command for each planted change, and the truth about them.
import { debianPackage } from './packages.ts'
import { type Planted, plantedFile, plantedSubject } from './truth.ts'

/** A shell command run as root in the container, with the changes it plants. */
export interface Edit {
  readonly command: string
  readonly planted: readonly Planted[]
}

/** The package file that is patched without a change of its size. */
export const patchedLibrary = 'usr/lib/x86_64-linux-gnu/libyajl.so.2.1.0'

/** One byte string of the library for another of the same length: size, mode and time stay as they were. */
export const patchLibrary = [
  `cp -p /${patchedLibrary} /tmp/library`,
  `sed -i 's/unknown error code/unknown error kode/g' /tmp/library`,
  `touch -r /${patchedLibrary} /tmp/library`,
  `! cmp -s /tmp/library /${patchedLibrary}`,
  `cat /tmp/library > /${patchedLibrary}`,
  `touch -r /tmp/library /${patchedLibrary}`,
  'rm /tmp/library',
].join(' && ')

/** Everything that was done by hand to the drifted fixture. */
export async function handEdits(): Promise<readonly Edit[]> {
  const extra = await debianPackage('libyaml-0-2')
  const file = `/tmp/${extra.address.slice(extra.address.lastIndexOf('/') + 1)}`
  return [
    {
      command: `sed -i 's/All services are up/The wiki is down/' /srv/status/www/index.html`,
      planted: [plantedFile('modified', 'srv/status/www/index.html')],
    },
    { command: patchLibrary, planted: [plantedFile('modified', patchedLibrary)] },
    {
      command: `printf '#!/bin/sh\\nexec wget -qO- http://192.0.2.7/metrics\\n' > /usr/local/bin/collect && chmod 755 /usr/local/bin/collect`,
      planted: [plantedFile('added', 'usr/local/bin/collect')],
    },
    {
      // The tiny Debian has no adduser: two lines are what it would write.
      command: `echo 'maintenance:x:1000:' >> /etc/group && echo 'maintenance:x:1000:1000::/root:/bin/sh' >> /etc/passwd`,
      planted: [plantedSubject('account', 'maintenance')],
    },
    {
      command: 'chmod 4755 /usr/bin/json_verify',
      planted: [plantedFile('mode', 'usr/bin/json_verify')],
    },
    {
      command: 'rm /usr/bin/dpkg-divert',
      planted: [plantedFile('deleted', 'usr/bin/dpkg-divert')],
    },
    {
      command: `wget -q -O ${file} ${extra.address} && dpkg -i ${file} && rm ${file}`,
      planted: [plantedSubject('package-added', 'libyaml-0-2')],
    },
  ]
}

/** The setting that the commit itself changes. */
export const changedSetting = {
  change: 'ENV STATUS_DEBUG=1',
  planted: plantedSubject('setting', 'STATUS_DEBUG'),
} as const
