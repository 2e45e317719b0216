// Builds the applications with both builders, spoils copies of them from outside and from inside, and says of
// each what was planted. Everything lies in one folder, which the caller removes.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  alpineCases,
  debianCases,
  npmCases,
  pantryCases,
  pythonCases,
  scratchCases,
} from './app-cases.ts'
import { alpineRootfs } from './bases.ts'
import { startEngine } from './engine.ts'
import { startPackageProxy } from './packages.ts'
import { spoilStatusPage } from './status-cases.ts'
import { forgeStatusPage } from './status-forgeries.ts'
import { statusPage } from './status-page.ts'
import type { ImageCase } from './truth.ts'
import { type App, Workshop } from './workshop.ts'

/** Names of all cases, in the order in which they are made; those of Alpine need the shared test data. */
export const caseNames = [
  ...['scratch-legacy', 'scratch-buildkit', 'scratch-argument-legacy', 'scratch-argument-buildkit'],
  ...['status-legacy', 'status-buildkit'],
  ...['status-edited-legacy', 'status-patched-library', 'status-mode-bit'],
  ...['status-deleted-program', 'status-extra-package', 'status-changed-settings'],
  ...['status-odd-edits'],
  ...['status-committed-once', 'status-committed-twice', 'status-undescribed', 'status-imported'],
  ...['status-dirty-legacy', 'status-dirty-buildkit'],
  ...['status-ignored-legacy', 'status-ignored-buildkit'],
  ...['status-other-dockerfile-legacy', 'status-other-dockerfile-buildkit'],
  ...['status-older-commit', 'status-other-branch'],
  ...['status-forged-run', 'status-forged-copy-legacy', 'status-forged-copy-buildkit'],
  ...['status-forged-set-id', 'status-forged-other-package'],
  ...['status-forged-copy-more-legacy', 'status-forged-copy-more-buildkit'],
  ...['status-forged-base', 'status-forged-untold'],
  ...['status-hidden-in-records', 'status-hidden-by-name'],
  ...['pantry-legacy', 'pantry-buildkit'],
  ...['greeter-legacy', 'greeter-buildkit', 'greeter-argument-legacy', 'greeter-argument-buildkit'],
  ...['greeter-edited-package', 'greeter-hidden-in-records'],
  ...['report-legacy', 'report-buildkit', 'report-edited-buildkit', 'report-account'],
  ...['report-apt-by-hand', 'report-hidden-accounts', 'report-hidden-bytecode'],
  ...['odd-buildkit', 'odd-edited-module', 'odd-swapped-module', 'odd-staged-legacy'],
  ...['words-legacy', 'words-buildkit', 'words-edited-module'],
] as const

async function statusCases(workshop: Workshop): Promise<void> {
  await workshop.tiny()
  const app: App = { name: 'status', base: 'tiny', plans: await statusPage() }
  await workshop.buildClean(app, ['legacy', 'buildkit'])
  await spoilStatusPage(workshop, app)
  await forgeStatusPage(workshop, app)
}

/**
 * Makes the images of these parts (`scratch`, `status`, `greeter`, …), or every image; the folder holds
 * `archives/` and `repositories/` afterwards.
 */
export async function makeCases(
  folder: string,
  wanted: readonly string[] = [],
): Promise<readonly ImageCase[]> {
  mkdirSync(join(folder, 'archives'), { recursive: true })
  const proxy = await startPackageProxy()
  const engine = await startEngine()
  const parts: readonly (readonly [string, (workshop: Workshop) => Promise<void>])[] = [
    ['scratch', scratchCases],
    ['status', statusCases],
    ['pantry', pantryCases],
    ...(existsSync(alpineRootfs) ? ([['greeter', alpineCases]] as const) : []),
    ['report', debianCases],
    ['odd', npmCases],
    ['words', pythonCases],
  ]
  try {
    const workshop = new Workshop(folder, engine, proxy)
    for (const [name, make] of parts) {
      if (wanted.length > 0 && !wanted.includes(name)) continue
      const start = Date.now()
      await make(workshop)
      const seconds = ((Date.now() - start) / 1000).toFixed(1)
      process.stderr.write(`images of the builder tests: ${name} in ${seconds} s\n`)
    }
    return workshop.cases
  } finally {
    await engine.stop()
    await proxy.stop()
  }
}
