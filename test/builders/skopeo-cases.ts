// Images that skopeo copied: from a Docker archive to an OCI layout, from gzip to zstd, and back again. A copy
// changes blobs, manifests and media types, and nothing that an audit may call a change.
import { rmSync } from 'node:fs'
import { containersMissing } from './containers.ts'
import type { Part } from './part.ts'
import { changedSetting, handEdits } from './status-drift.ts'
import { statusApp } from './status-parts.ts'
import { type Planted, plantedSubject } from './truth.ts'
import type { App, Truth, Workshop } from './workshop.ts'

interface Copied {
  readonly from: string
  readonly maker: string
  /** skopeo's word for the place, without the path: `oci`, `oci-archive`. */
  readonly place: 'oci' | 'oci-archive'
  readonly words?: readonly string[]
  readonly truth: Truth
}

async function add(workshop: Workshop, app: App, copied: Copied): Promise<string> {
  const { truth, place } = copied
  const archive = workshop.archive(truth.name).replace(/\.tar$/, place === 'oci' ? '' : '.tar')
  rmSync(archive, { recursive: true, force: true })
  const from = `docker-archive:${workshop.archive(copied.from)}`
  await workshop.containers.copy(from, `${place}:${archive}:${truth.name}`, copied.words)
  await workshop.addSaved(app, copied.maker, archive, truth)
  return archive
}

async function make(workshop: Workshop): Promise<void> {
  const app = await statusApp(workshop)
  const clean = { verdict: 'floating', planted: [] } as const
  const zstd = ['--dest-compress-format', 'zstd']
  const edited: readonly Planted[] = [
    plantedSubject('step', 'by hand: status-edited-legacy'),
    ...(await handEdits()).flatMap(({ planted }) => planted),
    changedSetting.planted,
  ]
  const gzip = await add(workshop, app, {
    ...{ from: 'status-legacy', maker: 'legacy, skopeo to OCI', place: 'oci' },
    truth: { name: 'status-oci', ...clean },
  })
  await add(workshop, app, {
    ...{ from: 'status-buildkit', maker: 'buildkit, skopeo to zstd', place: 'oci', words: zstd },
    truth: { name: 'status-zstd', ...clean },
  })
  await add(workshop, app, {
    ...{ from: 'status-edited-legacy', maker: 'legacy, docker commit, skopeo to zstd' },
    ...{ place: 'oci-archive', words: zstd },
    truth: { name: 'status-edited-zstd', verdict: 'drifted', planted: edited },
  })
  const back = workshop.archive('status-back')
  rmSync(back, { force: true })
  await workshop.containers.copy(`oci:${gzip}:status-oci`, `docker-archive:${back}:status:back`)
  const truth = { name: 'status-back', ...clean }
  await workshop.addSaved(app, 'legacy, skopeo to OCI and back', back, truth)
}

/** Copies of the status page. */
export const skopeoPart: Part = {
  name: 'skopeo',
  missing: containersMissing,
  make,
  cases: ['status-oci', 'status-zstd', 'status-edited-zstd', 'status-back'],
}
