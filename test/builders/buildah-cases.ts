// Images by buildah and podman: a layer a step, one layer for all, with a fixed date, committed by hand; and
// copies of them with layers edited under the untouched history.
import { contentIn, oneMore, otherContent } from '../support/repack.ts'
import { scratchApp } from './apps.ts'
import { baseNames } from './bases.ts'
import { type ContainersBuild, containersMissing } from './containers.ts'
import { run } from './engine.ts'
import { proxyArguments } from './packages.ts'
import { pantry } from './pantry.ts'
import type { Part } from './part.ts'
import { forgeOneLayer, forgeRecords } from './single-layer.ts'
import { handEdits, patchedLibrary } from './status-drift.ts'
import { flip } from './status-forgeries.ts'
import { statusApp } from './status-parts.ts'
import { plantedFile, plantedSubject } from './truth.ts'
import type { App, Truth, Workshop } from './workshop.ts'

/** A file of the status page that a COPY brings. */
const ofCopy = 'usr/local/bin/entrypoint.sh'

/** Has the base of the app in the storage of the containers tools, under the name in FROM. */
export async function loadBase(workshop: Workshop, app: App): Promise<void> {
  if (typeof app.base !== 'string' || app.base === 'scratch') return
  await workshop.containers.load(await workshop.base(app), baseNames[app.base])
}

/** How one image is built, and what is true of it. */
interface Built extends Omit<ContainersBuild, 'context' | 'tag'> {
  readonly maker: string
  readonly truth: Truth
}

async function add(workshop: Workshop, app: App, built: Built): Promise<void> {
  const { maker, truth, ...request } = built
  const tag = `assay.test/${truth.name}:latest`
  await workshop.containers.build({ ...request, context: workshop.repository(app), tag })
  const archive = workshop.archive(truth.name)
  await workshop.containers.save(tag, archive)
  await workshop.addSaved(app, maker, archive, truth)
}

const clean = { verdict: 'floating', planted: [] } as const

async function statusImages(workshop: Workshop): Promise<void> {
  const app = await statusApp(workshop)
  await loadBase(workshop, app)
  const builds: readonly Built[] = [
    { maker: 'buildah', truth: { name: 'status-buildah', ...clean } },
    {
      maker: 'buildah, one layer',
      oneLayer: true,
      truth: { name: 'status-buildah-one-layer', ...clean },
    },
    { maker: 'podman build', podman: true, truth: { name: 'status-podman', ...clean } },
    {
      maker: 'buildah, fixed date',
      words: ['--timestamp', '1767225600'],
      truth: { name: 'status-buildah-dated', ...clean },
    },
  ]
  for (const built of builds) await add(workshop, app, built)
  await forgeLayered(workshop, app)
  await forgeOneLayer(workshop, app, {
    maker: 'buildah, one layer',
    from: 'status-buildah-one-layer',
  })
  await forgeRecords(workshop, app, { maker: 'buildah', from: 'status-buildah' })
  await forgeRecords(workshop, app, {
    maker: 'buildah, one layer',
    from: 'status-buildah-one-layer',
  })
  await commitByPodman(workshop, app)
  await commitByBuildah(workshop, app)
}

/** Files changed in the layer of a RUN and in that of a COPY; buildah's own hashes of a COPY prove nothing. */
async function forgeLayered(workshop: Workshop, app: App): Promise<void> {
  const from = { maker: 'buildah', from: 'status-buildah' }
  for (const [name, path] of [
    ['status-buildah-forged-run', patchedLibrary],
    ['status-buildah-forged-copy', ofCopy],
  ] as const)
    await workshop.forgeFrom(app, from, [{ path, edit: otherContent(flip) }], {
      ...{ name, verdict: 'drifted', planted: [plantedFile('modified', path)] },
    })
  const archive = workshop.archive(from.from)
  const edits = [
    { path: ofCopy, edit: oneMore({ name: 'usr/local/bin/extra.sh', content: 'exit 0\n' }) },
    { path: patchedLibrary, edit: oneMore({ name: 'usr/bin/.wh.dpkg-divert', content: '' }) },
    {
      path: patchedLibrary,
      edit: oneMore({
        ...{ name: 'usr/local/bin/rescue', mode: 0o4755 },
        content: await contentIn(archive, 'usr/bin/dash'),
      }),
    },
  ]
  await workshop.forgeFrom(app, from, edits, {
    name: 'status-buildah-forged-more',
    verdict: 'drifted',
    planted: [
      plantedFile('added', 'usr/local/bin/extra.sh'),
      plantedFile('deleted', 'usr/bin/dpkg-divert'),
      plantedFile('added', 'usr/local/bin/rescue'),
    ],
  })
}

/** Edits the mounted file system of a container by hand. */
async function editMounted(workshop: Workshop, folder: string): Promise<void> {
  const env = {
    ...proxyArguments(workshop.proxy),
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  }
  for (const { command } of await handEdits())
    await run('chroot', [folder, '/bin/sh', '-c', `set -e; ${command}`], { env })
}

async function handPlanted(): Promise<Truth['planted']> {
  return (await handEdits()).flatMap(({ planted }) => planted)
}

/** `podman commit` of a container that was edited; it leaves settings of its own behind. */
async function commitByPodman(workshop: Workshop, app: App): Promise<void> {
  const { containers } = workshop
  const name = 'status-podman-committed'
  const words = [
    ...['create', '--network=host', '--http-proxy=false'],
    'assay.test/status-buildah:latest',
  ]
  const container = await containers.podman(words)
  await editMounted(workshop, await containers.podman(['mount', container]))
  await containers.podman(['unmount', container])
  const tag = `assay.test/${name}:latest`
  const author = ['--author', 'Operations', '--message', 'by hand', '--format=docker']
  await containers.podman(['commit', '--quiet', ...author, container, tag])
  await containers.podman(['rm', '--force', container])
  await containers.save(tag, workshop.archive(name))
  await workshop.addSaved(app, 'buildah, podman commit', workshop.archive(name), {
    name,
    verdict: 'drifted',
    planted: [
      plantedSubject('step', '/bin/sh'),
      plantedSubject('setting', 'Env container'),
      plantedSubject('setting', 'Env TERM'),
      ...((await handPlanted()) ?? []),
    ],
  })
}

/** `buildah run` and `buildah commit` on top of an image by Docker. */
async function commitByBuildah(workshop: Workshop, app: App): Promise<void> {
  const { containers } = workshop
  const name = 'status-buildah-committed'
  await containers.load(workshop.archive('status-legacy'), 'assay.test/status-legacy:latest')
  const words = ['from', '--pull=never', 'assay.test/status-legacy:latest']
  const container = await containers.buildah(words)
  const inside = ['run', '--isolation=chroot', '--network=host', '--user=0', container, '--']
  for (const { command } of await handEdits())
    await containers.buildah([...inside, 'sh', '-c', `set -e; ${command}`])
  await containers.buildah(['config', '--env', 'STATUS_DEBUG=1', container])
  const tag = `assay.test/${name}:latest`
  await containers.buildah(['commit', '--quiet', container, tag])
  await containers.buildah(['rm', container])
  await containers.save(tag, workshop.archive(name))
  await workshop.addSaved(app, 'legacy, buildah commit', workshop.archive(name), {
    name,
    verdict: 'drifted',
    planted: [
      plantedSubject('step', '/bin/sh'),
      plantedSubject('setting', 'Env STATUS_DEBUG'),
      ...((await handPlanted()) ?? []),
    ],
  })
}

/** Images of the status page. */
export const buildahPart: Part = {
  name: 'buildah',
  missing: containersMissing,
  make: statusImages,
  cases: [
    ...['status-buildah', 'status-buildah-one-layer', 'status-podman', 'status-buildah-dated'],
    ...['status-buildah-forged-run', 'status-buildah-forged-copy', 'status-buildah-forged-more'],
    ...['status-buildah-one-layer-forged', 'status-buildah-one-layer-forged-more'],
    ...['status-buildah-records', 'status-buildah-one-layer-records'],
    ...['status-podman-committed', 'status-buildah-committed'],
  ],
}

async function others(workshop: Workshop): Promise<void> {
  await workshop.tiny()
  const pantryApp: App = { name: 'pantry', base: 'tiny', plans: await pantry() }
  const scratch: App = { name: 'scratch', base: 'scratch', plans: await scratchApp() }
  const rebuildable = { verdict: 'rebuildable', planted: [] } as const
  for (const app of [pantryApp, scratch]) {
    await workshop.describe(app)
    await loadBase(workshop, app)
    const truth = app.base === 'scratch' ? rebuildable : clean
    const [layered, single] = [`${app.name}-buildah`, `${app.name}-buildah-one-layer`]
    await add(workshop, app, { maker: 'buildah', truth: { name: layered, ...truth } })
    const oneLayer = { maker: 'buildah, one layer', oneLayer: true }
    await add(workshop, app, { ...oneLayer, truth: { name: single, ...truth } })
  }
  for (const oneLayer of [false, true])
    await add(workshop, scratch, {
      maker: oneLayer ? 'buildah, one layer' : 'buildah',
      ...{ oneLayer, arguments: { LEVEL: '7' } },
      truth: {
        name: `scratch-argument-buildah${oneLayer ? '-one-layer' : ''}`,
        verdict: 'floating',
        planted: [plantedSubject('argument', 'LEVEL')],
      },
    })
}

/** One of everything, and an image from scratch. */
export const buildahOthersPart: Part = {
  name: 'buildah-others',
  missing: containersMissing,
  make: others,
  cases: [
    ...['pantry-buildah', 'pantry-buildah-one-layer', 'scratch-buildah'],
    ...['scratch-buildah-one-layer'],
    ...['scratch-argument-buildah', 'scratch-argument-buildah-one-layer'],
  ],
}
