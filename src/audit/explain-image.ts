// All that is known of how an image was made, and what a description of it would have to say.
import { byCodeUnit } from '../core/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { AccountRow, ImageExplanation } from '../report/index.ts'
import { catalogImage } from './catalog-image.ts'
import type { ComparedImage } from './compare-image.ts'
import { descriptionNeeds } from './needs.ts'

/** Files of no origin that are named one by one. */
const FIRST = 1000

/** Labels that tell of source, revision, base or builder. */
const TELLING =
  /^(org\.opencontainers\.image\.|org\.label-schema\.|com\.azure\.dev\.image\.|io\.openshift\.|io\.buildpacks\.|com\.docker\.|com\.redhat\.)|^(maintainer|io\.buildah\.version|vcs-(ref|url|type)|version|release|build-date)$/

/** The explanation of a compared image. */
export function explainImage(one: ComparedImage, inventory: Inventory): ImageExplanation {
  const { facts, compared, found } = one
  const { base, steps, makers, attribution, description } = compared
  const layers = base?.layers ?? 0
  const { catalog, files, layerOf } = attribution
  const unexplained = files.filter((file) => file.origin === 'unexplained')
  const settings = settingsOf(one)
  const accounts = accountsOf(one, inventory)
  const requested = catalog.packages
    .filter((item) => item.requested === true && item.scope === 'installed')
    .map((item) => {
      const layer = layerOf(item)
      const { type, name, version } = item
      return { type, name, version, layer, fromBase: layer !== null && layer < layers }
    })
  return {
    image: {
      reference: one.reference,
      names: facts.names,
      config: facts.config,
      manifest: facts.manifest,
      platform: facts.platform,
      created: facts.created,
      author: facts.author,
      distribution: catalog.distribution?.prettyName ?? '',
    },
    claims: found.claims,
    attestations: found.attestations,
    makers,
    makerNotes: compared.makerNotes,
    base,
    description:
      description === null
        ? null
        : {
            text: `${description.dockerfilePath} at ${description.revision.commit.slice(0, 12)} of ${description.repository}`,
            how: found.how,
          },
    steps,
    stepPackages: attribution.stepPackages,
    labels: labelsOf(one),
    requested,
    installedCount: catalog.packages.filter((item) => item.scope === 'installed').length,
    unexplained: {
      files: unexplained.length,
      bytes: unexplained.reduce((sum, file) => sum + file.size, 0),
      first: unexplained.slice(0, FIRST).map(({ path, size, layer }) => ({ path, size, layer })),
    },
    settings,
    accounts,
    needs: descriptionNeeds(one, { requested, settings, accounts }),
    unknown: compared.unknowns,
  }
}

/** Settings of the base, as far as it is known. */
function baseSettings({ compared, candidates }: ComparedImage) {
  const config = compared.base?.config ?? null
  return candidates.find((candidate) => candidate.config === config)?.settings ?? null
}

function labelsOf(one: ComparedImage): ImageExplanation['labels'] {
  const inherited = baseSettings(one)?.labels ?? {}
  return Object.entries(one.facts.settings.labels)
    .filter(([key]) => TELLING.test(key))
    .map(([key, value]) => ({ key, value, inherited: inherited[key] === value }))
    .sort((a, b) => byCodeUnit(a.key, b.key))
}

function settingsOf(one: ComparedImage): ImageExplanation['settings'] {
  const known = new Set(settingRows(baseSettings(one)).map(({ name, value }) => `${name} ${value}`))
  return settingRows(one.facts.settings).map((row) => ({
    ...row,
    fromBase: known.has(`${row.name} ${row.value}`),
  }))
}

function settingRows(
  settings: ComparedImage['facts']['settings'] | null,
): { readonly name: string; readonly value: string }[] {
  if (settings === null) return []
  const rows: { name: string; value: string }[] = []
  const add = (name: string, values: readonly string[]) => {
    for (const value of values) if (value !== '') rows.push({ name, value })
  }
  const list = (words: readonly string[] | null) => (words === null ? [] : [JSON.stringify(words)])
  add('ENV', settings.env)
  add('USER', [settings.user])
  add('WORKDIR', [settings.workingDir])
  add('EXPOSE', settings.exposedPorts)
  add('VOLUME', settings.volumes)
  add('ENTRYPOINT', list(settings.entrypoint))
  add('CMD', list(settings.cmd))
  add('STOPSIGNAL', [settings.stopSignal])
  add('HEALTHCHECK', [settings.healthcheck])
  return rows
}

/** Accounts of the merged image; those that the base's own layers have are the base's. */
function accountsOf({ facts, compared }: ComparedImage, inventory: Inventory): AccountRow[] {
  const { catalog } = compared.attribution
  const below = catalogImage(inventory, facts, compared.base?.layers ?? 0)
  const inBase = new Set(below.catalog.accounts.map(({ file, name }) => `${file} ${name}`))
  return catalog.accounts
    .filter(({ file }) => file === 'etc/passwd' || file === 'etc/group')
    .map(({ file, name }) => ({
      name,
      kind: file === 'etc/passwd' ? ('user' as const) : ('group' as const),
      fromBase: inBase.has(`${file} ${name}`),
    }))
    .sort((a, b) => byCodeUnit(a.name, b.name) || byCodeUnit(a.kind, b.kind))
}
