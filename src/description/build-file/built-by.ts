// Which tracked builds make the image of a Dockerfile, and which of them a CI system runs.
import { type BuildDefinition, type BuildFiles, isAutomated } from '../../core/index.ts'

/** A Dockerfile in its context, both from the repository's root. */
export interface Recipe {
  readonly dockerfile: string
  readonly context: string
}

/** A build of a Dockerfile. */
export interface TrackedBuild {
  readonly definition: BuildDefinition
  /** A CI system runs it, by itself or through another build file. */
  readonly automated: boolean
}

/** Steps from one build file to another that are followed. */
const MAX_STEPS = 8

/** The builds of this Dockerfile, those that CI runs first; what CI calls another file for counts as run by CI. */
export function buildsOf({ definitions }: BuildFiles, recipe: Recipe): readonly TrackedBuild[] {
  const direct = definitions.filter((one) => isOf(one, recipe))
  const builds = direct.map((definition) => ({ definition, automated: isAutomated(definition) }))
  const through = definitions.flatMap((definition) => {
    if (!isAutomated(definition) || definition.through === null) return []
    return reaches(definition, direct, definitions, MAX_STEPS)
      ? [{ definition, automated: true }]
      : []
  })
  return [...through, ...builds].sort((a, b) => Number(b.automated) - Number(a.automated))
}

function isOf({ dockerfile, context, through }: BuildDefinition, recipe: Recipe): boolean {
  if (through !== null || dockerfile !== recipe.dockerfile) return false
  return context === null || context === recipe.context
}

function reaches(
  from: BuildDefinition,
  wanted: readonly BuildDefinition[],
  all: readonly BuildDefinition[],
  steps: number,
): boolean {
  const { through } = from
  if (through === null || steps === 0) return false
  const isCalled = ({ file, name }: BuildDefinition) =>
    through.files.includes(file) && (through.targets.length === 0 || through.targets.includes(name))
  if (wanted.some(isCalled)) return true
  const groups = all.filter((one) => one !== from && one.through !== null && isCalled(one))
  return groups.some((group) => reaches(group, wanted, all, steps - 1))
}
