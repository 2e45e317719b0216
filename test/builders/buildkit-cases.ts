// Images by a current BuildKit: every exporter, provenance, fixed dates, git contexts, and the whole language of
// Dockerfiles. Only in the corpus: BuildKit is no Debian package of today.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentIn, oneMore, otherContent } from '../support/repack.ts'
import { scratchApp } from './apps.ts'
import { type Kit, type KitBuild, startKit } from './buildkitd.ts'
import { containersMissing } from './containers.ts'
import { startGit } from './git-daemon.ts'
import { makersMissing } from './makers/programs.ts'
import { download, modern } from './modern.ts'
import { pantry } from './pantry.ts'
import type { Part } from './part.ts'
import { writeFiles } from './repositories.ts'
import { flip } from './status-forgeries.ts'
import { statusApp } from './status-parts.ts'
import { plantedFile, plantedSubject } from './truth.ts'
import type { App, Truth, Workshop } from './workshop.ts'

const [minimal, maximal] = ['min', 'max'].map((mode) => `attest:provenance=mode=${mode}`) as [
  string,
  string,
]
const epoch = 'build-arg:SOURCE_DATE_EPOCH=1767225600'
const clean = { verdict: 'floating', planted: [] } as const

/** One image: how it is built and exported, and what is true of it. */
interface KitCase extends Omit<KitBuild, 'output' | 'context' | 'exporter'> {
  readonly maker: string
  readonly context?: string
  /** `type=oci` when left out. */
  readonly exporter?: string
  readonly truth: Truth
}

class KitShop {
  readonly workshop: Workshop
  readonly kit: Kit

  constructor(workshop: Workshop, kit: Kit) {
    this.workshop = workshop
    this.kit = kit
  }

  async add(app: App, one: KitCase): Promise<void> {
    const { maker, truth, exporter = 'type=oci', ...request } = one
    const archive = this.workshop.archive(truth.name)
    const context = one.context ?? this.workshop.repository(app)
    await this.kit.build({ ...request, exporter, context, output: archive })
    await this.workshop.addSaved(app, maker, archive, truth)
  }
}

/** The status page by every exporter. */
async function exporters(shop: KitShop, app: App): Promise<void> {
  const cases: readonly KitCase[] = [
    {
      ...{ maker: 'BuildKit, docker archive', exporter: 'type=docker' },
      truth: { name: 'kit-docker', ...clean },
    },
    {
      ...{ maker: 'BuildKit, provenance min', options: [minimal] },
      truth: { name: 'kit-min', ...clean },
    },
    {
      ...{ maker: 'BuildKit, provenance max', options: [maximal] },
      truth: { name: 'kit-max', ...clean },
    },
    {
      ...{ maker: 'BuildKit, zstd', exporter: 'type=oci,compression=zstd,force-compression=true' },
      truth: { name: 'kit-zstd', ...clean },
    },
    {
      ...{ maker: 'BuildKit, rewrite-timestamp', options: [epoch, maximal] },
      exporter: 'type=oci,rewrite-timestamp=true',
      truth: { name: 'kit-dated', ...clean },
    },
    {
      ...{ maker: 'BuildKit, SOURCE_DATE_EPOCH', options: [epoch] },
      truth: { name: 'kit-epoch', ...clean },
    },
    {
      ...{ maker: 'BuildKit, inline cache', words: ['--export-cache', 'type=inline'] },
      truth: { name: 'kit-cache', ...clean },
    },
    {
      ...{ maker: 'BuildKit, artifact attestations', options: [maximal] },
      exporter: 'type=oci,oci-artifact=true',
      truth: { name: 'kit-artifact', ...clean },
    },
  ]
  for (const one of cases) await shop.add(app, one)
}

/** Builds from a git address, and with claims that are wrong. */
async function claims(shop: KitShop, app: App): Promise<void> {
  const { workshop } = shop
  const server = await startGit(join(workshop.folder, 'repositories'), app.name)
  try {
    for (const [name, option] of [
      ['kit-git-min', minimal],
      ['kit-git-max', maximal],
    ] as const)
      await shop.add(app, {
        ...{ maker: 'BuildKit, git context', context: `${server.address(app.name)}#main` },
        ...{ options: [option], truth: { name, ...clean } },
      })
  } finally {
    await server.stop()
  }
  const lie = ['vcs:source=https://git.assay.test/other.git', `vcs:revision=${'0'.repeat(40)}`]
  await shop.add(app, {
    ...{ maker: 'BuildKit, provenance that lies', options: [maximal, ...lie] },
    truth: { name: 'kit-lie', ...clean },
  })
}

/** A context with a Dockerfile and files that are tracked nowhere; the provenance holds that Dockerfile. */
async function dirty(shop: KitShop, app: App): Promise<void> {
  const context = join(shop.workshop.folder, 'contexts', 'kit-dirty')
  rmSync(context, { recursive: true, force: true })
  mkdirSync(join(context, '..'), { recursive: true })
  cpSync(shop.workshop.repository(app), context, { recursive: true })
  const text = readFileSync(join(context, 'Dockerfile'), 'utf8')
  writeFiles(context, {
    Dockerfile: text.replace('USER status', 'RUN echo warm > /srv/state\nENV STATUS_CACHE=/srv'),
    'conf/checks.json': '{ "ok": true, "services": [] }\n',
    'www/banner.txt': 'maintenance on Sunday\n',
  })
  await shop.add(app, {
    ...{ maker: 'BuildKit, provenance max', context, options: [maximal] },
    truth: {
      name: 'kit-dirty',
      verdict: 'drifted',
      planted: [
        plantedSubject('step', 'echo warm'),
        plantedFile('added', 'srv/state'),
        plantedSubject('step', 'STATUS_CACHE'),
        plantedSubject('setting', 'Env STATUS_CACHE'),
        plantedSubject('step', 'USER status'),
        plantedSubject('setting', 'User'),
        plantedFile('modified', 'etc/status/checks.json'),
        plantedFile('added', 'srv/status/www/banner.txt'),
      ],
    },
  })
}

/** The language: one of everything, old and new, and from scratch with an argument. */
async function language(shop: KitShop): Promise<void> {
  const { workshop } = shop
  workshop.proxy.own.set(download.address, Buffer.from(download.text))
  const token = join(workshop.folder, 'token')
  writeFileSync(token, 'a secret\n')
  const secret = ['--secret', `id=token,src=${token}`]
  const app: App = { name: 'modern', base: 'tiny', plans: modern }
  const pantryApp: App = { name: 'pantry', base: 'tiny', plans: await pantry() }
  const scratch: App = { name: 'scratch', base: 'scratch', plans: await scratchApp() }
  for (const each of [app, pantryApp, scratch]) await workshop.describe(each)
  await shop.add(app, {
    ...{ maker: 'BuildKit, docker archive', exporter: 'type=docker', words: secret },
    truth: { name: 'modern-docker', ...clean },
  })
  await shop.add(app, {
    ...{ maker: 'BuildKit, provenance max', options: [maximal], words: secret },
    truth: { name: 'modern-max', ...clean },
  })
  await shop.add(app, {
    ...{ maker: 'BuildKit, zstd, rewrite-timestamp', options: [epoch, minimal], words: secret },
    exporter: 'type=oci,compression=zstd,force-compression=true,rewrite-timestamp=true',
    truth: { name: 'modern-dated', ...clean },
  })
  await shop.add(app, {
    ...{ maker: 'BuildKit, argument', options: ['build-arg:EDITION=gold', minimal], words: secret },
    truth: {
      ...{ name: 'modern-argument', verdict: 'floating' },
      planted: [plantedSubject('argument', 'EDITION')],
    },
  })
  await shop.add(pantryApp, {
    ...{ maker: 'BuildKit, provenance max', options: [maximal] },
    truth: { name: 'pantry-kit', ...clean },
  })
  await shop.add(scratch, {
    ...{ maker: 'BuildKit, provenance min', options: [minimal] },
    truth: { name: 'scratch-kit', verdict: 'rebuildable', planted: [] },
  })
  await forgeModern(workshop, app)
}

/** Layers of heredocs, --link and --chmod edited under the untouched history. */
async function forgeModern(workshop: Workshop, app: App): Promise<void> {
  // BuildKit's archive is an OCI layout as well; skopeo's copy holds the same layers in the older form only.
  const plain = workshop.archive('modern-plain')
  rmSync(plain, { force: true })
  const from = `docker-archive:${workshop.archive('modern-docker')}`
  await workshop.containers.copy(from, `docker-archive:${plain}:modern:plain`)
  const forge = { maker: 'BuildKit', from: 'modern-plain' }
  for (const [name, path] of [
    ['modern-forged-heredoc', 'etc/modern/edition'],
    ['modern-forged-link', 'etc/modern/conf/first.conf'],
    ['modern-forged-download', 'srv/tool.txt'],
  ] as const)
    await workshop.forgeFrom(app, forge, [{ path, edit: otherContent(flip) }], {
      ...{ name, verdict: 'drifted', planted: [plantedFile('modified', path)] },
    })
  const program = await contentIn(workshop.archive(forge.from), 'usr/bin/tar')
  const inLink = (name: string, mode: number, content: string | Uint8Array) => ({
    path: 'etc/modern/conf/first.conf',
    edit: oneMore({ name, mode, content }),
  })
  await workshop.forgeFrom(
    app,
    forge,
    [
      inLink('etc/modern/conf/third.conf', 0o644, 'third = 3\n'),
      inLink('usr/bin/tar', 0o4755, program),
      { path: 'var/lib/modern/state', edit: oneMore({ name: 'etc/issue', content: 'other\n' }) },
    ],
    {
      name: 'modern-forged-more',
      verdict: 'drifted',
      planted: [
        plantedFile('added', 'etc/modern/conf/third.conf'),
        plantedFile('mode', 'usr/bin/tar'),
        plantedFile('modified', 'etc/issue'),
      ],
    },
  )
}

async function make(workshop: Workshop): Promise<void> {
  const app = await statusApp(workshop)
  const kit = await startKit(workshop.proxy)
  try {
    await kit.registry.push(await workshop.base(app), 'debian-tiny:12')
    const shop = new KitShop(workshop, kit)
    await exporters(shop, app)
    await claims(shop, app)
    await dirty(shop, app)
    await language(shop)
  } finally {
    await kit.stop()
  }
}

/** All of these. */
export const buildkitPart: Part = {
  name: 'buildkit',
  missing: () => makersMissing(['buildkitd', 'buildctl', 'crane']) ?? containersMissing(),
  make,
  cases: [
    ...['kit-docker', 'kit-min', 'kit-max', 'kit-zstd', 'kit-dated', 'kit-epoch', 'kit-cache'],
    ...['kit-artifact', 'kit-git-min', 'kit-git-max', 'kit-lie', 'kit-dirty'],
    ...['modern-docker', 'modern-max', 'modern-dated', 'modern-argument'],
    ...['pantry-kit', 'scratch-kit'],
    ...['modern-forged-heredoc', 'modern-forged-link', 'modern-forged-download'],
    ...['modern-forged-more'],
  ],
}
