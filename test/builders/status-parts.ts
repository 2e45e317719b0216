// The status page: its clean images by both builders of the engine, and all its spoiled copies.
import { nothingMissing, type Part } from './part.ts'
import { spoilStatusPage } from './status-cases.ts'
import { forgeStatusPage } from './status-forgeries.ts'
import { statusPage } from './status-page.ts'
import type { App, Workshop } from './workshop.ts'

/** The status page on the tiny Debian, with its repository. */
export async function statusApp(workshop: Workshop): Promise<App> {
  await workshop.tiny()
  const app: App = { name: 'status', base: 'tiny', plans: await statusPage() }
  await workshop.describe(app)
  return app
}

async function make(workshop: Workshop): Promise<void> {
  const app = await statusApp(workshop)
  await workshop.buildClean(app, ['legacy', 'buildkit'])
  await spoilStatusPage(workshop, app)
  await forgeStatusPage(workshop, app)
}

/** All images of the status page that the engine makes. */
export const statusPart: Part = {
  name: 'status',
  missing: nothingMissing,
  make,
  cases: [
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
  ],
}
