// What ENV of a stage, and of the stages below it, sets for the commands of an instruction.
import type { Dockerfile } from '../../core/index.ts'

interface Setting {
  readonly position: number
  readonly value: string
}

/** Looks up variables as they stand at an instruction. */
export function environmentOf(
  dockerfile: Dockerfile | null,
): (instruction: number) => (name: string) => string | undefined {
  if (dockerfile === null) return () => () => undefined
  const { instructions, stages } = dockerfile
  const settings = new Map<string, Setting[]>()
  for (const { keyword, stage, position, pairs } of instructions) {
    if (keyword !== 'ENV') continue
    for (const { name, value } of pairs) {
      const key = `${stage} ${name}`
      const known = settings.get(key)
      const setting = { position, value: value ?? '' }
      if (known === undefined) settings.set(key, [setting])
      else known.push(setting)
    }
  }
  return (instruction) => (name) => {
    let stage = instructions[instruction]?.stage ?? -1
    let position = instruction
    // a stage stands on an earlier one only
    while (stage >= 0) {
      const found = settings.get(`${stage} ${name}`)?.findLast((one) => one.position <= position)
      if (found !== undefined) return found.value
      const base = stages[stage]?.base
      if (base?.kind !== 'stage' || base.stage >= stage) return undefined
      stage = base.stage
      position = Number.POSITIVE_INFINITY
    }
    return undefined
  }
}
