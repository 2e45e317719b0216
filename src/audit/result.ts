// The result of comparing one image, in the words of reports.
import type { Attribution } from '../attribution/index.ts'
import type { AuditResult, Description, InstalledPackage, Unknown } from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'
import type { Inventory, OwnedFile } from '../inventory/index.ts'
import { builtBy, unreadBuilds } from './builds.ts'
import type { ComparedImage } from './compare-image.ts'
import type { Found } from './find.ts'
import { outlineOf } from './outline.ts'

/** The result, its findings still to come. */
export function auditResult(
  one: ComparedImage,
  at: string,
  unknowns: readonly Unknown[],
  inventory: Inventory,
): AuditResult {
  const { facts, compared, taken, found } = one
  const { attribution, base, description } = compared
  const { distribution } = attribution.catalog
  return {
    image: {
      reference: one.reference,
      names: facts.names,
      manifest: facts.manifest,
      config: facts.config,
      platform: facts.platform,
      created: facts.created,
      makers: compared.makers,
      layers: taken.layers,
      notes: one.notes,
    },
    description: description === null ? null : describe(description, found),
    claims: found.claims,
    attestations: found.attestations,
    base:
      base === null
        ? null
        : {
            reference: base.reference,
            config: base.config,
            layers: base.layers,
            how: base.how,
            strength: base.strength,
            verdict: compared.baseVerdict,
          },
    distribution:
      distribution === null
        ? null
        : {
            id: distribution.id,
            versionId: distribution.versionId,
            prettyName: distribution.prettyName,
          },
    packages: countPackages(attribution.catalog.packages),
    verdict: compared.verdict,
    reasons: compared.reasons,
    origins: attribution.origins,
    verification: compared.verification,
    outline: description === null ? outlineOf(facts, compared, one.candidates, inventory) : null,
    steps: compared.steps,
    changes: attribution.changes,
    stepPackages: attribution.stepPackages,
    lock: null,
    findings: [],
    unknown: [...compared.unknowns, ...unknowns],
    at,
    timing: {},
  }
}

function describe(
  description: Description,
  { how, by }: Found,
): NonNullable<AuditResult['description']> {
  const { stages, target } = description.dockerfile
  const stage = stages[target]
  const name = stage === undefined || stage.name === '' ? String(target) : stage.name
  return {
    repository: description.repository,
    revision: description.revision.commit,
    commitDate: description.commitDate,
    dockerfile: description.dockerfilePath,
    context: description.context,
    target: stages.length > 1 || name !== String(target) ? name : '',
    arguments: Object.entries(description.arguments)
      .map(([key, value]) => `${key}=${value}`)
      .sort(byCodeUnit),
    how,
    found: by ?? UNTOLD,
    builtBy: builtBy(description),
    unreadBuilds: unreadBuilds(description),
  }
}

const GIVEN = { step: 'command-line', sureness: 'given' } as const
/** A description that was handed over loaded. */
const UNTOLD = { ...GIVEN, revision: GIVEN }

function countPackages(packages: readonly InstalledPackage[]): AuditResult['packages'] {
  const counts = new Map<string, { type: string; scope: string; count: number }>()
  for (const { type, scope } of packages) {
    const key = `${type} ${scope}`
    const row = counts.get(key) ?? { type, scope, count: 0 }
    row.count += 1
    counts.set(key, row)
  }
  return [...counts].sort(([a], [b]) => byCodeUnit(a, b)).map(([, row]) => row)
}

/** Every path that a package claims, with its state in the merged image, by package and path. */
export function ownedFiles({ ownership, overlay }: Attribution): readonly OwnedFile[] {
  const rows: OwnedFile[] = []
  for (const { package: owner, file, path, state } of ownership.all(overlay)) {
    if (file.directory) continue
    rows.push({
      purl: owner.purl,
      path: file.path,
      realPath: state === 'missing' || state === 'excluded' ? '' : path,
      algorithm: file.algorithm,
      digest: file.digest,
      state,
      configuration: file.configuration,
    })
  }
  return rows
}
