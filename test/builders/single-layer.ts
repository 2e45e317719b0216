// Copies of a status page whose own steps all lie in one layer (buildah, squash, single snapshot), spoiled in
// that layer under an untouched history.
import { contentIn, oneMore, otherContent, otherMode } from '../support/repack.ts'
import { patchedLibrary } from './status-drift.ts'
import { flip } from './status-forgeries.ts'
import { plantedFile, plantedSubject } from './truth.ts'
import type { App, Workshop } from './workshop.ts'

/** A file of the status page that a COPY brings, and one of the base. */
const [ofCopy, ofBase] = ['usr/local/bin/entrypoint.sh', 'usr/bin/tar'] as const

/** Spoils the single layer of an image of the status page: one tracked file, then several changes, then what none can tell. */
export async function forgeOneLayer(
  workshop: Workshop,
  app: App,
  from: { readonly maker: string; readonly from: string },
): Promise<void> {
  const archive = workshop.archive(from.from)
  const index = 'srv/status/www/index.html'
  await workshop.forgeFrom(app, from, [{ path: index, edit: otherContent(flip) }], {
    name: `${from.from}-forged`,
    verdict: 'drifted',
    planted: [plantedFile('modified', index)],
  })
  const program = async (path: string): Promise<Uint8Array> => contentIn(archive, path)
  const more = async (name: string, mode: number, content: Uint8Array) => ({
    path: patchedLibrary,
    edit: oneMore({ name, mode, content }),
  })
  const edits = [
    { path: patchedLibrary, edit: otherContent(flip) },
    { path: ofCopy, edit: otherMode(0o4755) },
    await more(ofBase, 0o4755, await program(ofBase)),
    await more('usr/bin/dpkg-deb', 0o755, flip(await program('usr/bin/dpkg-deb'))),
    await more('usr/local/bin/rescue', 0o4755, await program('usr/bin/dash')),
    await more('usr/bin/.wh.dpkg-divert', 0o644, new Uint8Array()),
  ]
  await workshop.forgeFrom(app, from, edits, {
    name: `${from.from}-forged-more`,
    verdict: 'drifted',
    planted: [
      plantedFile('modified', patchedLibrary),
      plantedFile('mode', ofCopy),
      plantedFile('mode', ofBase),
      plantedFile('modified', 'usr/bin/dpkg-deb'),
      plantedFile('added', 'usr/local/bin/rescue'),
      plantedFile('deleted', 'usr/bin/dpkg-divert'),
    ],
  })
}

/** Where the records of packages and accounts lie, and what a forger makes of them. */
const records = 'var/lib/dpkg/info'

/**
 * Forges what the folds of a tracked RUN step could hide: a maintainer script of a package that the step does not
 * install, one that is new, and the line of an account that the step does not add. Besides, for nobody to tell: a
 * maintainer script for the package that the step does install, and a program named like a log.
 */
export async function forgeRecords(
  workshop: Workshop,
  app: App,
  from: { readonly maker: string; readonly from: string },
): Promise<void> {
  const archive = workshop.archive(from.from)
  const script = await contentIn(archive, `${records}/dpkg.postinst`)
  const hook = Buffer.from('#!/bin/sh\nexec /srv/status/hook\n')
  const add = (name: string, mode: number, content: Uint8Array) => ({
    path: patchedLibrary,
    edit: oneMore({ name, mode, content }),
  })
  const otherRoot = (bytes: Uint8Array): Uint8Array => {
    const text = Buffer.from(bytes).toString()
    return Buffer.from(
      text.replace('root:x:0:0:root:/root:/bin/sh', 'root::0:0:root:/root:/bin//sh'),
    )
  }
  const edits = [
    add(`${records}/dpkg.postinst`, 0o755, Buffer.concat([script, hook])),
    add(`${records}/tar.preinst`, 0o755, hook),
    { path: 'etc/passwd', edit: otherContent(otherRoot) },
    add(`${records}/yajl-tools.postinst`, 0o755, hook),
    add('var/log/pacman.log', 0o755, await contentIn(archive, 'usr/bin/dash')),
  ]
  await workshop.forgeFrom(app, from, edits, {
    name: `${from.from}-records`,
    verdict: 'drifted',
    planted: [
      plantedFile('modified', `${records}/dpkg.postinst`),
      plantedFile('added', `${records}/tar.preinst`),
      plantedSubject('account', 'root'),
    ],
    untold:
      'a maintainer script for a package that the step installs (the archive of the package would decide: ' +
      '`--verify-packages`), a program named like a log (the step might write it: a rebuild would decide)',
  })
}
