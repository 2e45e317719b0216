// Images by kaniko: a layer a step, one for all (`--single-snapshot`), without dates (`--reproducible`), as a base
// under BuildKit; and copies with layers edited under the untouched history. Only in the corpus.
import { otherContent } from '../support/repack.ts'
import { scratchApp } from './apps.ts'
import { baseNames } from './bases.ts'
import { buildWithKaniko } from './makers/kaniko.ts'
import { makersMissing } from './makers/programs.ts'
import { Registry } from './makers/registry.ts'
import { proxyArguments } from './packages.ts'
import { pantry } from './pantry.ts'
import type { Part } from './part.ts'
import { forgeOneLayer, forgeRecords } from './single-layer.ts'
import { patchedLibrary } from './status-drift.ts'
import { flip } from './status-forgeries.ts'
import { statusApp } from './status-parts.ts'
import { plantedFile, plantedSubject } from './truth.ts'
import type { App, Truth, Workshop } from './workshop.ts'

const clean = { verdict: 'floating', planted: [] } as const

interface Built {
  readonly maker: string
  readonly words?: readonly string[]
  readonly truth: Truth
}

/** Builds with kaniko against the registry with the bases. */
class KanikoShop {
  readonly workshop: Workshop
  readonly registry: Registry

  constructor(workshop: Workshop, registry: Registry) {
    this.workshop = workshop
    this.registry = registry
  }

  async add(app: App, { maker, words = [], truth }: Built): Promise<void> {
    const { host } = this.registry
    const values = Object.entries(proxyArguments(this.workshop.proxy))
    const archive = this.workshop.archive(truth.name)
    await buildWithKaniko({
      ...{ context: this.workshop.repository(app), archive },
      words: [
        ...[`--registry-map=assay.test=${host}`, `--insecure-registry=${host}`, '--insecure-pull'],
        ...values.map(([name, value]) => `--build-arg=${name}=${value}`),
        ...words,
      ],
    })
    await this.workshop.addSaved(app, maker, archive, truth)
  }
}

const single = { maker: 'kaniko, --single-snapshot', words: ['--single-snapshot'] } as const

async function images(shop: KanikoShop): Promise<void> {
  const { workshop } = shop
  const app = await statusApp(workshop)
  const builds: readonly Built[] = [
    { maker: 'kaniko', truth: { name: 'status-kaniko', ...clean } },
    { ...single, truth: { name: 'status-kaniko-single', ...clean } },
    {
      ...{ maker: 'kaniko, --reproducible', words: ['--reproducible'] },
      truth: { name: 'status-kaniko-reproducible', ...clean },
    },
  ]
  for (const built of builds) await shop.add(app, built)
  const from = { maker: 'kaniko', from: 'status-kaniko' }
  for (const [name, path] of [
    ['status-kaniko-forged-run', patchedLibrary],
    ['status-kaniko-forged-copy', 'usr/local/bin/entrypoint.sh'],
  ] as const)
    await workshop.forgeFrom(app, from, [{ path, edit: otherContent(flip) }], {
      ...{ name, verdict: 'drifted', planted: [plantedFile('modified', path)] },
    })
  await forgeOneLayer(workshop, app, { ...single, from: 'status-kaniko-single' })
  await forgeRecords(workshop, app, { ...single, from: 'status-kaniko-single' })
  await forgeRecords(workshop, app, from)
  const pantryApp: App = { name: 'pantry', base: 'tiny', plans: await pantry() }
  const scratch: App = { name: 'scratch', base: 'scratch', plans: await scratchApp() }
  for (const each of [pantryApp, scratch]) {
    await workshop.describe(each)
    const truth = each === scratch ? ({ verdict: 'rebuildable', planted: [] } as const) : clean
    await shop.add(each, { maker: 'kaniko', truth: { name: `${each.name}-kaniko`, ...truth } })
    await shop.add(each, { ...single, truth: { name: `${each.name}-kaniko-single`, ...truth } })
  }
  await shop.add(scratch, {
    ...{ maker: 'kaniko', words: ['--build-arg=LEVEL=7'] },
    truth: {
      ...{ name: 'scratch-argument-kaniko', verdict: 'floating' },
      planted: [plantedSubject('argument', 'LEVEL')],
    },
  })
}

/** A base by kaniko under the legacy builder. */
async function underEngine(shop: KanikoShop): Promise<void> {
  const { workshop } = shop
  const archive = workshop.archive('status-kaniko')
  await workshop.engine.docker(['load', '--quiet', '--input', archive])
  const loaded = 'assay.test/made:latest'
  const app: App = {
    name: 'mixed-kaniko',
    base: { archive },
    plans: [
      {
        message: 'On top of kaniko',
        files: {
          Dockerfile: `FROM ${loaded}\nUSER root\nCOPY top.conf /etc/top.conf\nRUN echo top > /etc/top\n`,
          '.dockerignore': '.git\nDockerfile\n.dockerignore\n',
          'top.conf': 'top = yes\n',
        },
      },
    ],
  }
  await workshop.describe(app)
  const tag = await workshop.build(app, 'legacy')
  await workshop.add(app, 'kaniko; legacy', tag, { name: 'mixed-kaniko-legacy', ...clean })
}

async function make(workshop: Workshop): Promise<void> {
  const app = await statusApp(workshop)
  const registry = await Registry.start()
  try {
    const name = baseNames.tiny.slice('assay.test/'.length)
    await registry.push(await workshop.base(app), name)
    const shop = new KanikoShop(workshop, registry)
    await images(shop)
    await underEngine(shop)
  } finally {
    await registry.stop()
  }
}

/** All of these. */
export const kanikoPart: Part = {
  name: 'kaniko',
  missing: () => makersMissing(['executor', 'crane']),
  make,
  cases: [
    ...['status-kaniko', 'status-kaniko-single', 'status-kaniko-reproducible'],
    ...['status-kaniko-forged-run', 'status-kaniko-forged-copy'],
    ...['status-kaniko-single-forged', 'status-kaniko-single-forged-more'],
    ...['status-kaniko-single-records', 'status-kaniko-records'],
    ...['pantry-kaniko', 'pantry-kaniko-single', 'scratch-kaniko', 'scratch-kaniko-single'],
    ...['scratch-argument-kaniko', 'mixed-kaniko-legacy'],
  ],
}
