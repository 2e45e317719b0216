// Copies of the status page made to deceive: layers edited under an untouched history, and hand edits that hide
// where an audit folds things away (package records, logs, caches).
import { createHash } from 'node:crypto'
import { contentIn, type LayerEdit, oneMore, otherContent, otherMode } from '../support/repack.ts'
import { debianPackage } from './packages.ts'
import { type Edit, handEdits, patchedLibrary } from './status-drift.ts'
import { plantedFile, plantedSubject } from './truth.ts'
import type { App, LayerForgery, Workshop } from './workshop.ts'

/** A file of the layer in which packages are installed, of the one in which an account is, and of a COPY. */
const [ofPackages, ofAccounts, ofCopy] = [
  'var/lib/dpkg/info/yajl-tools.md5sums',
  'etc/passwd',
  'usr/local/bin/entrypoint.sh',
] as const

/** One bit in the middle of a file; the length stays. */
export function flip(bytes: Uint8Array): Uint8Array {
  const middle = bytes.length >> 1
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  return bytes
}

/** Adds every forged copy of the status page, whose clean images are built already. */
export async function forgeStatusPage(workshop: Workshop, app: App): Promise<void> {
  await forgeOneFile(workshop, app)
  await forgeSetId(workshop, app)
  await forgeForeignPackage(workshop, app)
  await forgeCopy(workshop, app)
  await forgeBase(workshop, app)
  await forgeWhatNobodyCanTell(workshop, app)
  await workshop.spoil(app, 'legacy', 'status-hidden-in-records', { edits: await inRecords() })
  await workshop.spoil(app, 'buildkit', 'status-hidden-by-name', {
    edits: [await dataPackage(), ...byName],
  })
}

/** One file changed: in the layer of a RUN, and in that of a COPY by each builder. */
async function forgeOneFile(workshop: Workshop, app: App): Promise<void> {
  for (const [name, builder, path] of [
    ['status-forged-run', 'legacy', patchedLibrary],
    ['status-forged-copy-legacy', 'legacy', ofCopy],
    ['status-forged-copy-buildkit', 'buildkit', ofCopy],
  ] as const) {
    await workshop.forge(app, builder, [{ path, edit: otherContent(flip) }], {
      ...{ name, verdict: 'drifted', planted: [plantedFile('modified', path)] },
    })
  }
}

/** Set-id bits in layers of RUN steps that say nothing of them. */
async function forgeSetId(workshop: Workshop, app: App): Promise<void> {
  const archive = workshop.archive(`${app.name}-legacy`)
  const setId = async (path: string, like: string): Promise<LayerEdit> =>
    oneMore({ name: path, mode: 0o4755, content: await contentIn(archive, like) })
  const edits: readonly LayerForgery[] = [
    { path: ofAccounts, edit: await setId('usr/bin/json_verify', 'usr/bin/json_verify') },
    { path: ofPackages, edit: await setId('usr/bin/tar', 'usr/bin/tar') },
    { path: ofPackages, edit: await setId('usr/local/bin/rescue', 'usr/bin/dash') },
  ]
  await workshop.forge(app, 'legacy', edits, {
    name: 'status-forged-set-id',
    verdict: 'drifted',
    planted: [
      plantedFile('mode', 'usr/bin/json_verify'),
      plantedFile('mode', 'usr/bin/tar'),
      plantedFile('added', 'usr/local/bin/rescue'),
    ],
  })
}

/** A package's program, changed in RUN steps that do not install that package. */
async function forgeForeignPackage(workshop: Workshop, app: App): Promise<void> {
  const archive = workshop.archive(`${app.name}-buildkit`)
  const changed = async (path: string): Promise<LayerEdit> =>
    oneMore({ name: path, mode: 0o755, content: flip(await contentIn(archive, path)) })
  const edits = [
    { path: ofAccounts, edit: await changed('usr/bin/json_verify') },
    { path: ofPackages, edit: await changed('usr/bin/tar') },
  ]
  await workshop.forge(app, 'buildkit', edits, {
    name: 'status-forged-other-package',
    verdict: 'drifted',
    planted: [
      plantedFile('modified', 'usr/bin/json_verify'),
      plantedFile('modified', 'usr/bin/tar'),
    ],
  })
}

/** A new file, a set-id bit, a package's program and a deletion in the layer of a COPY. */
async function forgeCopy(workshop: Workshop, app: App): Promise<void> {
  for (const builder of ['legacy', 'buildkit'] as const) {
    const archive = workshop.archive(`${app.name}-${builder}`)
    const program = flip(await contentIn(archive, 'usr/bin/json_verify'))
    const edits: readonly LayerForgery[] = [
      { path: ofCopy, edit: otherMode(0o4755) },
      { path: ofCopy, edit: oneMore({ name: 'usr/local/bin/extra.sh', content: 'exit 0\n' }) },
      {
        path: ofCopy,
        edit: oneMore({ name: 'usr/bin/json_verify', mode: 0o755, content: program }),
      },
      { path: ofCopy, edit: oneMore({ name: 'usr/bin/.wh.json_reformat', content: '' }) },
    ]
    await workshop.forge(app, builder, edits, {
      name: `status-forged-copy-more-${builder}`,
      verdict: 'drifted',
      planted: [
        plantedFile('mode', ofCopy),
        plantedFile('added', 'usr/local/bin/extra.sh'),
        plantedFile('modified', 'usr/bin/json_verify'),
        plantedFile('deleted', 'usr/bin/json_reformat'),
      ],
    })
  }
}

/** A base that is not the one that FROM names: nobody can say more than that, and nothing of it is proved. */
async function forgeBase(workshop: Workshop, app: App): Promise<void> {
  const path = 'usr/share/base-files/dot.bashrc'
  await workshop.forge(app, 'legacy', [{ path, edit: otherContent(flip) }], {
    name: 'status-forged-base',
    verdict: 'floating',
    planted: [],
    untold: 'a file of the base, changed in its layer: the base by its digest would decide',
    origins: [
      { path, origin: 'base', strength: 'guessed' },
      { path: 'usr/bin/dash', origin: 'base', strength: 'guessed' },
    ],
  })
}

/**
 * What the bytes cannot tell: a RUN may write any file; a record that was changed with its library agrees with
 * it; dpkg keeps no modes of what it installs. None of it may be called proved.
 */
async function forgeWhatNobodyCanTell(workshop: Workshop, app: App): Promise<void> {
  const archive = workshop.archive(`${app.name}-legacy`)
  const library = await contentIn(archive, patchedLibrary)
  const [before, after] = [md5(library), md5(flip(Uint8Array.from(library)))]
  const record = 'var/lib/dpkg/info/libyajl2:amd64.md5sums'
  const rewrite = (bytes: Uint8Array): Uint8Array =>
    Buffer.from(Buffer.from(bytes).toString().replace(before, after))
  const added = oneMore({ name: 'usr/local/lib/extra.sh', content: 'exit 0\n' })
  const edits: readonly LayerForgery[] = [
    { path: ofPackages, edit: added },
    { path: patchedLibrary, edit: otherContent(flip) },
    { path: record, edit: otherContent(rewrite) },
    { path: 'usr/bin/json_reformat', edit: otherMode(0o4755) },
  ]
  await workshop.forge(app, 'legacy', edits, {
    name: 'status-forged-untold',
    verdict: 'floating',
    planted: [],
    untold:
      'a script that a RUN step might have written (a rebuild would decide), a library changed together with its ' +
      'record and a set-id bit on the file of a package that the step installs (the archive of the package would: ' +
      '`--verify-packages`)',
    origins: [
      { path: 'usr/local/lib/extra.sh', origin: 'run', strength: 'claimed' },
      { path: patchedLibrary, origin: 'package', strength: 'consistent' },
      { path: 'usr/bin/json_reformat', origin: 'package', strength: 'consistent' },
    ],
  })
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}

/** Edits of package records, under the cover of a package that is really added. */
async function inRecords(): Promise<readonly Edit[]> {
  const records = '/var/lib/dpkg/info'
  const program = '/usr/bin/json_reformat'
  const extra = (await handEdits()).filter(({ planted }) =>
    planted.some((each) => each.kind === 'package-added'),
  )
  return [
    ...extra,
    {
      command: `sed -i '2i exec /srv/status/hook' ${records}/dpkg.postinst`,
      planted: [plantedFile('modified', 'var/lib/dpkg/info/dpkg.postinst')],
    },
    {
      command: `printf '#!/bin/sh\\nexec /srv/status/hook\\n' > ${records}/tar.preinst && chmod 755 ${records}/tar.preinst`,
      planted: [plantedFile('added', 'var/lib/dpkg/info/tar.preinst')],
    },
    {
      command: `cp -p ${program} /tmp/program && sed -i 's/usage/uSage/' /tmp/program && ! cmp -s /tmp/program ${program} && cat /tmp/program > ${program} && rm /tmp/program && sum=$(md5sum < ${program}) && sed -i "s#^[0-9a-f]*  usr/bin/json_reformat#\${sum%% *}  usr/bin/json_reformat#" ${records}/yajl-tools.md5sums`,
      planted: [
        plantedFile('modified', 'usr/bin/json_reformat'),
        plantedFile('modified', 'var/lib/dpkg/info/yajl-tools.md5sums'),
      ],
    },
    {
      command: `sed -i '/^Package: tar$/,/^$/s/^Maintainer: .*/Maintainer: Nobody <nobody@assay.test>/' /var/lib/dpkg/status`,
      planted: [plantedSubject('package-changed', 'tar')],
    },
    {
      command: `printf '/usr/bin/which\\n/usr/bin/which.old\\n:\\n' >> /var/lib/dpkg/diversions`,
      planted: [plantedFile('modified', 'var/lib/dpkg/diversions')],
    },
  ]
}

/** A package that brings no library and no program: a reason for package records to change, and for nothing else. */
async function dataPackage(): Promise<Edit> {
  const { name, address } = await debianPackage('netbase')
  return {
    command: `wget -q -O /tmp/data.deb ${address} && dpkg -i /tmp/data.deb && rm /tmp/data.deb`,
    planted: [plantedSubject('package-added', name)],
  }
}

/** Files that are called what every build writes differently, and are something else. */
const byName: readonly Edit[] = [
  {
    command: 'cp /usr/bin/busybox /var/log/fontconfig.log',
    planted: [plantedFile('added', 'var/log/fontconfig.log')],
  },
  {
    command: 'cp /usr/bin/busybox /var/log/yum.log && chmod 644 /var/log/yum.log',
    planted: [plantedFile('added', 'var/log/yum.log')],
  },
  {
    command: `printf '#!/bin/sh\\nexit 0\\n' > /var/log/pacman.log`,
    planted: [plantedFile('added', 'var/log/pacman.log')],
  },
  {
    command: `sed -i 's/libyajl[.]so[.]2/libyajk.so.2/' /etc/ld.so.cache && grep -q libyajk /etc/ld.so.cache`,
    planted: [plantedFile('modified', 'etc/ld.so.cache')],
  },
  {
    command: 'mkdir -p /var/lib/apt/lists && echo payload > /var/lib/apt/lists/payload',
    planted: [plantedFile('added', 'var/lib/apt/lists/payload')],
  },
]
