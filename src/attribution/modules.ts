// Packages in node_modules that npm's own record of the tree contradicts: swapped under a written step.
import type { ImageCatalog } from '../catalog/index.ts'
import type { FileOrigin } from '../core/index.ts'
import { joinPath } from '../core/index.ts'
import type { ChangeSeed } from './change-list.ts'

/** Swapped packages in layers of the image's own; `told` are folders that other changes name already. */
export function swappedModules(
  catalog: ImageCatalog,
  originOf: (path: string) => FileOrigin | undefined,
  told: ReadonlySet<string>,
): readonly ChangeSeed[] {
  const changes: ChangeSeed[] = []
  for (const { entries, hiddenLock } of catalog.installedTrees) {
    for (const { path, name, installedVersion, recordedVersion, lockVersion, state } of entries) {
      if (state !== 'swapped' || recordedVersion === null || recordedVersion === '') continue
      if (installedVersion === null || installedVersion === recordedVersion) continue
      const origin = originOf(joinPath(path, 'package.json'))
      // a tracked manifest is what the description wants; those of the base are the base's
      if (origin === undefined || origin.origin === 'context' || told.has(path)) continue
      const lock = lockVersion === null ? '' : `, the lock file ${lockVersion}`
      changes.push({
        kind: 'package-changed',
        subject: name,
        path,
        owner: `pkg:npm/${name.replace(/^@/, '%40')}@${installedVersion}`,
        layer: origin.layer,
        step: origin.step,
        expected: recordedVersion,
        found: installedVersion,
        evidence: `${hiddenLock} says ${recordedVersion}${lock}`,
      })
    }
  }
  return changes
}
