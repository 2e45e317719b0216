// Bases that matter to what stands on them: ONBUILD triggers, and images whose base another maker made.
import { baseNames } from './bases.ts'
import { loadBase } from './buildah-cases.ts'
import { containersMissing } from './containers.ts'
import { proxyArguments } from './packages.ts'
import { nothingMissing, type Part } from './part.ts'
import { writeFiles } from './repositories.ts'
import { plantedFile } from './truth.ts'
import type { App, Workshop } from './workshop.ts'

const both = ['legacy', 'buildkit'] as const
const clean = { verdict: 'floating', planted: [] } as const
const ignored = '.git\nDockerfile\n.dockerignore\n'

const triggers = 'assay.test/triggers:1'

/** Builds a base from a Dockerfile of its own repository, with the engine, and saves it. */
async function engineBase(workshop: Workshop, name: string, dockerfile: string): Promise<string> {
  const app: App = {
    name,
    base: 'tiny',
    plans: [{ message: 'A base', files: { Dockerfile: dockerfile, '.dockerignore': ignored } }],
  }
  await workshop.describe(app)
  await workshop.engine.build({
    ...{ builder: 'legacy', context: workshop.repository(app), tag: `assay.test/${name}:1` },
    arguments: proxyArguments(workshop.proxy),
  })
  return workshop.save(`assay.test/${name}:1`, `base-${name}`)
}

/** A base whose triggers copy and run for its children. */
async function onbuild(workshop: Workshop): Promise<void> {
  const archive = await engineBase(
    workshop,
    'triggers',
    `FROM ${baseNames.tiny}
RUN mkdir -p /srv/app && echo base > /srv/app/base
ONBUILD COPY app/ /srv/app/
ONBUILD RUN echo "built for $(cat /srv/app/name)" > /srv/app/stamp
ONBUILD ENV APP=/srv/app
`,
  )
  const app: App = {
    name: 'starter',
    base: { archive },
    plans: [
      {
        message: 'Started by triggers',
        files: {
          Dockerfile: `FROM ${triggers}\nCOPY own.txt /srv/\nCMD ["cat", "/srv/app/stamp"]\n`,
          '.dockerignore': ignored,
          'app/name': 'starter\n',
          'own.txt': 'own\n',
        },
      },
    ],
  }
  await workshop.buildClean(app, both)
  const context = await workshop.checkout(app, 'starter-edited')
  await makeEdited(workshop, app, context)
}

async function makeEdited(workshop: Workshop, app: App, context: string): Promise<void> {
  writeFiles(context, { 'app/name': 'edited\n' })
  const tag = await workshop.build(app, 'buildkit', { name: 'edited', context })
  await workshop.add(app, 'buildkit', tag, {
    ...{ name: 'starter-edited', verdict: 'drifted' },
    planted: [plantedFile('modified', 'srv/app/name')],
  })
}

/** ONBUILD. */
export const onbuildPart: Part = {
  name: 'onbuild',
  missing: nothingMissing,
  make: async (workshop) => {
    await workshop.tiny()
    await onbuild(workshop)
  },
  cases: ['starter-legacy', 'starter-buildkit', 'starter-edited'],
}

function topPlans(base: string): App['plans'] {
  return [
    {
      message: 'On top',
      files: {
        Dockerfile: `FROM ${base}
COPY conf/ /etc/top/
RUN echo "top of $(cat /etc/ground)" > /etc/top/stamp
USER 1000
CMD ["cat", "/etc/top/stamp"]
`,
        '.dockerignore': ignored,
        'conf/top.conf': `top = ${base}\n`,
        'conf/more.conf': 'more = no\n',
      },
    },
  ]
}

const ground = `FROM ${baseNames.tiny}
ENV GROUND=1
RUN echo ground > /etc/ground
RUN mkdir /srv/ground && echo more > /srv/ground/more
CMD ["cat", "/etc/ground"]
`

/** Bases by buildah under both builders of the engine, and a base by the engine under buildah. */
async function mixed(workshop: Workshop): Promise<void> {
  const { containers, engine } = workshop
  const base: App = {
    name: 'ground',
    base: 'tiny',
    plans: [{ message: 'Ground', files: { Dockerfile: ground, '.dockerignore': ignored } }],
  }
  await workshop.describe(base)
  await loadBase(workshop, base)
  for (const oneLayer of [false, true]) {
    const tag = `assay.test/ground-${oneLayer ? 'single' : 'layers'}:1`
    await containers.build({ context: workshop.repository(base), tag, oneLayer })
    const archive = workshop.archive(`base-ground-${oneLayer ? 'single' : 'layers'}`)
    await containers.save(tag, archive)
    await engine.docker(['load', '--quiet', '--input', archive])
    const name = oneLayer ? 'mixed-single' : 'mixed-layers'
    const app: App = { name, base: { archive }, plans: topPlans(tag) }
    await workshop.describe(app)
    for (const builder of both) {
      const built = await workshop.build(app, builder)
      const maker = `buildah${oneLayer ? ', one layer' : ''}; ${builder}`
      await workshop.add(app, maker, built, { name: `${name}-${builder}`, ...clean })
    }
  }
  const archive = await engineBase(workshop, 'ground-engine', ground)
  const tag = 'assay.test/ground-engine:1'
  await containers.load(archive, tag)
  const app: App = { name: 'mixed-engine', base: { archive }, plans: topPlans(tag) }
  await workshop.describe(app)
  for (const oneLayer of [false, true]) {
    const name = `mixed-engine-buildah${oneLayer ? '-one-layer' : ''}`
    const built = `assay.test/${name}:1`
    await containers.build({ context: workshop.repository(app), tag: built, oneLayer })
    await containers.save(built, workshop.archive(name))
    const maker = `legacy; buildah${oneLayer ? ', one layer' : ''}`
    await workshop.addSaved(app, maker, workshop.archive(name), { name, ...clean })
  }
}

/** Several makers in one image. */
export const mixedPart: Part = {
  name: 'mixed',
  missing: containersMissing,
  make: async (workshop) => {
    await workshop.tiny()
    await mixed(workshop)
  },
  cases: [
    ...['mixed-layers-legacy', 'mixed-layers-buildkit'],
    ...['mixed-single-legacy', 'mixed-single-buildkit'],
    ...['mixed-engine-buildah', 'mixed-engine-buildah-one-layer'],
  ],
}
