// Cloud Native Buildpacks (buildpacks/lifecycle, layers/layers.go; labels of the platform specification).
// Before platform API 0.12 the lifecycle wrote no history: then only its labels tell.
import { z } from 'zod'
import type { ImageSettings, MakerFact } from '../../core/index.ts'
import { factsOf, makerDialect } from './profile.ts'

const MARK =
  /^(Layer: '.*', Created by (buildpack|extension): |Application (Layer$|Slice: \d+$)|Buildpacks (Launcher Config|Application Launcher|Process Types)$|Software Bill-of-Materials$)/
const BUILD = 'io.buildpacks.build.metadata'
const LIFECYCLE = 'io.buildpacks.lifecycle.metadata'
const PROJECT = 'io.buildpacks.project.metadata'
/** Longest label that is parsed, in characters: real ones, with a bill of materials inside, reach 1 MB. */
const LONGEST_LABEL = 4_000_000

const text = z.string().catch('')
const textMap = z.record(z.string(), z.unknown()).catch({})
const buildLabel = z.object({
  buildpacks: z.array(z.object({ id: text, version: text })).catch([]),
  launcher: z.object({ version: text }).catch({ version: '' }),
  processes: z.array(z.object({ type: text })).catch([]),
})
const projectLabel = z.object({
  source: z.object({ type: text, version: textMap, metadata: textMap }),
})
const lifecycleLabel = z.object({
  runImage: z.object({ reference: text, image: text }).catch({ reference: '', image: '' }),
})

/** Images built by Cloud Native Buildpacks. */
export const buildpacks = makerDialect('buildpacks', ({ createdBy }) => MARK.test(createdBy), {
  title: 'Cloud Native Buildpacks',
  description:
    'the application’s source, project.toml where there is one, and the buildpacks of a builder image',
  check:
    'check out the commit, run pack build with the same builder and run image, and compare both images',
  builds: true,
  proven: '',
  unproven:
    'github.com/buildpacks/lifecycle v0.20.0 cannot be compiled from the Go module proxy (“verifying go.mod: 404 Not Found”); looked at once, on images that lifecycle 0.21.17, compiled from its repository by hand, exported with platform API 0.11 and 0.12',
  claims: ({ labels }) => LIFECYCLE in labels,
  facts({ settings }) {
    return [...builtBy(settings), ...projectFacts(settings)]
  },
})

function builtBy({ labels }: ImageSettings): readonly MakerFact[] {
  const build = buildLabel.safeParse(jsonOf(labels[BUILD])).data
  const runImage = lifecycleLabel.safeParse(jsonOf(labels[LIFECYCLE])).data?.runImage
  const names = build?.buildpacks.map(({ id, version }) => `${id} ${version}`.trim()) ?? []
  return [
    ...names.map((value) => ({ name: 'buildpack', value })),
    ...factsOf({
      lifecycle: build?.launcher.version ?? '',
      'run image': runImage?.image || runImage?.reference || '',
      processes: build?.processes.map(({ type }) => type).join(', ') ?? '',
    }),
  ]
}

function projectFacts({ labels }: ImageSettings): readonly MakerFact[] {
  const source = projectLabel.safeParse(jsonOf(labels[PROJECT])).data?.source
  if (source === undefined) return []
  const { commit } = source.version
  const { repository, revision } = source.metadata
  return factsOf({
    source: typeof repository === 'string' ? repository : '',
    commit: typeof commit === 'string' ? commit : '',
    revision: typeof revision === 'string' ? revision : '',
  })
}

/** The label's value; undefined when it is absent, too long or no JSON. */
function jsonOf(label: string | undefined): unknown {
  if (label === undefined || label.length > LONGEST_LABEL) return undefined
  try {
    return JSON.parse(label)
  } catch {
    return undefined
  }
}
