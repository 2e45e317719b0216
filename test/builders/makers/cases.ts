// Cases of makers that follow no Dockerfile, and of umoci, which changes what a Dockerfile made. Only in the
// corpus: ko and kaniko are compiled by scripts/fetch-makers.mjs, Jib comes from Maven Central.
import type { Part } from '../part.ts'
import { plantedFile, plantedSubject } from '../truth.ts'
import type { App, Workshop } from '../workshop.ts'
import { apkoPlans, buildWithApko } from './apko.ts'
import { basePlans } from './base.ts'
import { buildWithJib, jibPlans } from './jib.ts'
import { buildWithKaniko } from './kaniko.ts'
import { buildWithKo, koPlans } from './ko.ts'
import { makersMissing } from './programs.ts'
import { changeWithUmoci, umociFiles } from './umoci.ts'

const unknown = { verdict: 'unknown', planted: [] } as const

/** Why these images cannot be made here; null when they can. */
export function makerCasesMissing(): string | null {
  return makersMissing(['crane', 'executor', 'ko'], ['go', 'mvn', 'umoci', 'skopeo'])
}

/** The image that the others stand on. */
async function makeBase(workshop: Workshop): Promise<App> {
  const app: App = { name: 'greeting', base: 'scratch', plans: basePlans }
  await workshop.describe(app)
  const archive = workshop.archive('base-greeting')
  await buildWithKaniko({ context: workshop.repository(app), archive })
  return app
}

async function make(workshop: Workshop): Promise<void> {
  const base = await makeBase(workshop)
  const archive = workshop.archive('base-greeting')
  const ko: App = { name: 'greeter-ko', base: { archive }, plans: koPlans }
  await workshop.describe(ko)
  const byKo = workshop.archive('makers-ko').replace(/\.tar$/, '')
  await buildWithKo(workshop.repository(ko), archive, byKo)
  const madeByKo = 'ko on kaniko'
  await workshop.addSaved(ko, madeByKo, byKo, { name: 'makers-ko', undescribed: true, ...unknown })

  const jib: App = { name: 'greeter-jib', base: { archive }, plans: jibPlans }
  await workshop.describe(jib)
  const byJib = workshop.archive('makers-jib')
  await buildWithJib(workshop.repository(jib), archive, byJib)
  const madeByJib = 'Jib on kaniko'
  const named = { name: 'makers-jib', undescribed: true, ...unknown }
  await workshop.addSaved(jib, madeByJib, byJib, named)
  // The Dockerfile of the base is named for it, and explains what is below: what stands on top is in no line of
  // it, and the name of a builder in a history, which anybody can write, excuses nothing.
  await workshop.addSaved(base, madeByJib, byJib, {
    name: 'makers-jib-named',
    verdict: 'drifted',
    planted: null,
  })

  const changed = workshop.archive('makers-umoci').replace(/\.tar$/, '')
  await changeWithUmoci(archive, changed)
  await workshop.addSaved(base, 'umoci on kaniko', changed, {
    name: 'makers-umoci',
    verdict: 'drifted',
    planted: [
      plantedSubject('step', 'umoci repack'),
      plantedSubject('step', 'umoci insert'),
      plantedSubject('step', 'umoci config'),
      ...umociFiles.map((path) => plantedFile('added', path)),
      plantedSubject('setting', 'CHANGED'),
    ],
  })
}

async function makeApko(workshop: Workshop): Promise<void> {
  const app: App = { name: 'greeter-apko', base: 'scratch', plans: apkoPlans }
  await workshop.describe(app)
  const archive = workshop.archive('makers-apko')
  await buildWithApko(workshop.repository(app), archive)
  await workshop.addSaved(app, 'apko', archive, {
    name: 'makers-apko',
    undescribed: true,
    ...unknown,
  })
}

/** apko, where the module proxy serves its source. */
export const apkoPart: Part = {
  name: 'apko',
  cases: ['makers-apko'],
  missing: () => makersMissing(['apko'], ['git']),
  make: makeApko,
}

/** Makers beside the builders of Dockerfiles. */
export const makersPart: Part = {
  name: 'makers',
  cases: ['makers-ko', 'makers-jib', 'makers-jib-named', 'makers-umoci'],
  missing: makerCasesMissing,
  make,
}
