// What a repository is beside one Dockerfile at its root: several Dockerfiles and targets, folders as contexts,
// files made before the build, commits and branches that nobody tells the audit, files that were renamed.
import { join } from 'node:path'
import { baseNames } from './bases.ts'
import { run } from './engine.ts'
import { proxyArguments } from './packages.ts'
import { nothingMissing, type Part } from './part.ts'
import { writeFiles } from './repositories.ts'
import { plantedFile, plantedSubject } from './truth.ts'
import type { App, Workshop } from './workshop.ts'

const both = ['legacy', 'buildkit'] as const
const ignored = '.git\nDockerfile\n.dockerignore\n.gitignore\n'

const services = {
  'services/api/Dockerfile': `FROM ${baseNames.tiny} AS build
COPY . /src/
RUN tar -cf /src/api.tar -C /src routes.txt

FROM ${baseNames.tiny} AS debug
COPY --from=build /src/api.tar /srv/
COPY routes.txt /srv/
ENV DEBUG=1
CMD ["cat", "/srv/routes.txt"]

FROM ${baseNames.tiny}
COPY --from=build /src/api.tar /srv/
COPY routes.txt limits.txt /srv/
CMD ["cat", "/srv/routes.txt"]
`,
  'services/api/routes.txt': '/health\n/items\n',
  'services/api/limits.txt': '100 a minute\n',
  'docker/worker.Dockerfile': `FROM ${baseNames.tiny}
COPY shared/ /srv/shared/
COPY services/worker/ /srv/
CMD ["cat", "/srv/queue.txt"]
`,
  'services/worker/queue.txt': 'items\n',
  'shared/names.txt': 'api\nworker\n',
} as const

/** Two services in one repository, one of them with stages. */
async function severalDockerfiles(workshop: Workshop): Promise<void> {
  const plans = [
    { message: 'Two services', files: { ...services, '.dockerignore': '.git\n' } },
    { message: 'More items', files: { 'services/worker/queue.txt': 'items\nmore\n' } },
  ]
  const app: App = { name: 'mono', base: 'tiny', plans }
  await workshop.describe(app)
  const clean = { verdict: 'floating', planted: [] } as const
  const repository = workshop.repository(app)
  const file = 'docker/worker.Dockerfile'
  for (const builder of both) {
    const worker = await workshop.build(app, builder, { name: 'worker', file })
    await workshop.add(app, builder, worker, {
      ...{ name: `mono-worker-${builder}`, ...clean, dockerfile: file },
    })
    const context = join(repository, 'services/api')
    const api = await workshop.build(app, builder, { name: 'api', context })
    const place = ['--context', 'services/api']
    await workshop.add(app, builder, api, {
      ...{ name: `mono-api-${builder}`, ...clean, words: place },
    })
    const debug = await workshop.build(app, builder, { name: 'debug', context, target: 'debug' })
    await workshop.add(app, builder, debug, {
      ...{ name: `mono-debug-${builder}`, ...clean, words: [...place, '--target', 'debug'] },
    })
  }
}

/** A jar and a folder of scripts that a job makes before the build: declared in assay.yaml, and not. */
async function artifacts(workshop: Workshop): Promise<void> {
  const app: App = {
    name: 'shop',
    base: 'tiny',
    plans: [
      {
        message: 'A shop',
        files: {
          Dockerfile: `FROM ${baseNames.tiny}
COPY target/shop.jar /srv/shop.jar
COPY dist/ /srv/www/
COPY shop.conf /etc/shop.conf
CMD ["cat", "/etc/shop.conf"]
`,
          '.dockerignore': ignored,
          '.gitignore': 'target/\ndist/\n',
          'src/shop.txt': 'shop\n',
          'shop.conf': 'open = yes\n',
        },
      },
    ],
  }
  await workshop.describe(app)
  const context = await workshop.checkout(app, 'shop')
  writeFiles(context, {
    'target/classes/Shop.class': '\u00ca\u00fe\u00ba\u00be shop',
    'dist/shop.js': 'console.log("shop")\n',
    'dist/css/shop.css': 'body { margin: 0 }\n',
  })
  await run('python3', ['-m', 'zipfile', '-c', 'target/shop.jar', 'target/classes/'], {
    cwd: context,
  })
  const policy = join(workshop.folder, 'shop-assay.yaml')
  writeFiles(workshop.folder, {
    'shop-assay.yaml': `artifacts:
  - path: target/*.jar
    by: mvn package
  - path: dist
    by: npm run build
`,
  })
  for (const builder of both) {
    const tag = await workshop.build(app, builder, { name: 'shop', context })
    await workshop.add(app, builder, tag, {
      ...{ name: `shop-declared-${builder}`, verdict: 'floating', planted: [] },
      words: ['--policy', policy],
      origins: [{ path: 'srv/shop.jar', origin: 'artifact', strength: 'claimed' }],
    })
    await workshop.add(app, builder, tag, {
      name: `shop-undeclared-${builder}`,
      verdict: 'drifted',
      planted: [
        plantedFile('added', 'srv/shop.jar'),
        plantedFile('added', 'srv/www/shop.js'),
        plantedFile('added', 'srv/www/css/shop.css'),
      ],
    })
  }
}

const travelPlans = [
  {
    message: 'Plan a journey',
    files: {
      Dockerfile: 'FROM scratch\nCOPY . /srv/\nCMD ["/srv/go"]\n',
      '.dockerignore': ignored,
      'plan.txt': 'north\n',
      'bag/coat.txt': 'warm\n',
      'bag/map.txt': 'old map\n',
    },
  },
  { message: 'Go south', files: { 'plan.txt': 'south\n' } },
  { message: 'A new map', files: { 'bag/map.txt': 'new map\n' } },
  {
    message: 'Another bag',
    files: { 'bag/coat.txt': null, 'bag/map.txt': null, 'trunk/coat.txt': 'warm\n' },
  },
  { message: 'By sea', branch: 'sea', files: { 'plan.txt': 'by sea\n' } },
  { message: 'Pack a book', files: { 'trunk/book.txt': 'long\n' } },
] as const

/** Images of every commit that matters, while the audit is told the repository only. */
async function untoldCommits(workshop: Workshop): Promise<void> {
  const app: App = { name: 'travel', base: 'scratch', plans: travelPlans }
  await workshop.describe(app)
  for (const [name, builder, built] of [
    ['travel-first', 'legacy', 'main~4'],
    ['travel-map', 'buildkit', 'main~2'],
    ['travel-renamed', 'legacy', 'main~1'],
    ['travel-branch', 'buildkit', 'sea'],
    ['travel-now', 'buildkit', 'main'],
  ] as const) {
    const context = await workshop.checkout(app, name, { revision: built })
    const tag = await workshop.build(app, builder, { name, context })
    const truth = { name, verdict: 'rebuildable', planted: [], revision: '', built } as const
    await workshop.add(app, builder, tag, truth)
  }
}

/** The legacy builder knows nothing of SOURCE_DATE_EPOCH: it is an argument that no tracked file gives. */
async function dated(workshop: Workshop): Promise<void> {
  const app: App = {
    name: 'dated',
    base: 'tiny',
    plans: [
      {
        message: 'Fixed dates',
        files: {
          Dockerfile: `FROM ${baseNames.tiny}
ARG SOURCE_DATE_EPOCH
COPY notes.txt /srv/
RUN echo dated > /srv/stamp && touch -d "@\${SOURCE_DATE_EPOCH}" /srv/stamp
`,
          '.dockerignore': ignored,
          'notes.txt': 'dated\n',
        },
      },
    ],
  }
  await workshop.describe(app)
  for (const builder of both) {
    const values = { ...proxyArguments(workshop.proxy), SOURCE_DATE_EPOCH: '1767225600' }
    const tag = await workshop.build(app, builder, { name: 'dated', arguments: values })
    await workshop.add(app, `${builder}, SOURCE_DATE_EPOCH`, tag, {
      name: `dated-${builder}`,
      verdict: 'floating',
      planted: [plantedSubject('argument', 'SOURCE_DATE_EPOCH')],
    })
  }
}

/** All of these. */
export const treePart: Part = {
  name: 'tree',
  missing: nothingMissing,
  make: async (workshop) => {
    await workshop.tiny()
    await severalDockerfiles(workshop)
    await artifacts(workshop)
    await untoldCommits(workshop)
    await dated(workshop)
  },
  cases: [
    ...['mono-worker-legacy', 'mono-api-legacy', 'mono-debug-legacy'],
    ...['mono-worker-buildkit', 'mono-api-buildkit', 'mono-debug-buildkit'],
    ...['shop-declared-legacy', 'shop-undeclared-legacy'],
    ...['shop-declared-buildkit', 'shop-undeclared-buildkit'],
    ...['travel-first', 'travel-map', 'travel-renamed', 'travel-branch', 'travel-now'],
    ...['dated-legacy', 'dated-buildkit'],
  ],
}
