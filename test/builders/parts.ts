// The list of all parts: those of the gate need the engine and Debian's packages only, those of the corpus
// the builders in .cache/makers besides.
import { existsSync } from 'node:fs'
import {
  alpineCases,
  debianCases,
  npmCases,
  pantryCases,
  pythonCases,
  scratchCases,
} from './app-cases.ts'
import { mixedPart, onbuildPart } from './base-cases.ts'
import { alpineRootfs } from './bases.ts'
import { buildahOthersPart, buildahPart } from './buildah-cases.ts'
import { buildkitPart } from './buildkit-cases.ts'
import { kanikoPart } from './kaniko-cases.ts'
import { apkoPart, makersPart } from './makers/cases.ts'
import { nothingMissing, type Part } from './part.ts'
import { skopeoPart } from './skopeo-cases.ts'
import { squashPart, squashToolPart } from './squash-cases.ts'
import { statusPart } from './status-parts.ts'
import { trackedPart } from './tracked-cases.ts'
import { treePart } from './tree-cases.ts'

const scratch: Part = {
  name: 'scratch',
  cases: [
    ...['scratch-legacy', 'scratch-buildkit'],
    ...['scratch-argument-legacy', 'scratch-argument-buildkit'],
  ],
  missing: nothingMissing,
  make: scratchCases,
}

const pantry: Part = {
  name: 'pantry',
  cases: ['pantry-legacy', 'pantry-buildkit'],
  missing: nothingMissing,
  make: pantryCases,
}

const greeter: Part = {
  name: 'greeter',
  cases: [
    ...['greeter-legacy', 'greeter-buildkit'],
    ...['greeter-argument-legacy', 'greeter-argument-buildkit'],
    ...['greeter-edited-package', 'greeter-hidden-in-records'],
  ],
  missing: () => (existsSync(alpineRootfs) ? null : 'the shared test data is not here'),
  make: alpineCases,
}

const report: Part = {
  name: 'report',
  cases: [
    ...['report-legacy', 'report-buildkit', 'report-edited-buildkit', 'report-account'],
    ...['report-apt-by-hand', 'report-hidden-accounts', 'report-hidden-bytecode'],
  ],
  missing: nothingMissing,
  make: debianCases,
}

const odd: Part = {
  name: 'odd',
  cases: ['odd-buildkit', 'odd-edited-module', 'odd-swapped-module', 'odd-staged-legacy'],
  missing: nothingMissing,
  make: npmCases,
}

const words: Part = {
  name: 'words',
  cases: ['words-legacy', 'words-buildkit', 'words-edited-module'],
  missing: nothingMissing,
  make: pythonCases,
}

/** Parts that the gate makes and audits. */
export const gateParts: readonly Part[] = [
  ...[scratch, statusPart, pantry, greeter, report, odd, words],
  ...[buildahPart, buildahOthersPart, skopeoPart, squashPart],
  ...[trackedPart, treePart, onbuildPart, mixedPart],
]

/** Parts that only `npm run corpus` makes: their builders are no Debian packages. */
export const corpusParts: readonly Part[] = [
  squashToolPart,
  buildkitPart,
  kanikoPart,
  makersPart,
  apkoPart,
]
