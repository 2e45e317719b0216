// Runs mutated inputs through a target: each is made from the seed, the target's name and its number alone.
import { mutate } from './mutate.ts'
import { randomFrom } from './random.ts'
import type { FuzzTarget } from './target.ts'

/** An input may take this long, in milliseconds of processor time, and hold this many bytes more than before. */
export const LIMITS = { milliseconds: 3000, bytes: 384 << 20 }

/** What went wrong with an input. */
export interface FuzzFailure {
  readonly target: string
  /** Number of the input; -1 for one from a file. */
  readonly index: number
  readonly reason: string
  readonly bytes: Uint8Array
}

/** The input of a number: 0 and up. */
export function inputOf(
  { name }: FuzzTarget,
  seeds: readonly Uint8Array[],
  which: { readonly seed: string; readonly index: number },
): Buffer {
  return mutate(seeds, randomFrom(`${which.seed}/${name}/${which.index}`))
}

/** Why an input fails; null when the reader behaves. */
export async function failureOf(target: FuzzTarget, bytes: Uint8Array): Promise<string | null> {
  const before = held()
  const start = process.cpuUsage()
  try {
    await target.run(bytes)
  } catch (thrown) {
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  }
  const { user, system } = process.cpuUsage(start)
  const milliseconds = (user + system) / 1000
  if (milliseconds > LIMITS.milliseconds) return `it took ${Math.round(milliseconds)} ms`
  const grown = held() - before
  return grown > LIMITS.bytes ? `it holds ${grown >> 20} MiB` : null
}

function held(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** A stretch of inputs of one target. */
export interface Stretch {
  readonly seed: string
  readonly first: number
  readonly count: number
}

/** The failures among the inputs; `began` is told each number before it is tried. */
export async function runTarget(
  target: FuzzTarget,
  { seed, first, count }: Stretch,
  began: (index: number) => void = () => undefined,
): Promise<FuzzFailure[]> {
  const seeds = await target.seeds()
  if (seeds.length === 0) throw new Error(`${target.name} has no seeds`)
  for (const bytes of seeds) {
    const reason = await failureOf(target, bytes)
    if (reason !== null) throw new Error(`${target.name} fails on a seed: ${reason}`)
  }
  const failures: FuzzFailure[] = []
  for (let index = first; index < first + count; index += 1) {
    began(index)
    const bytes = inputOf(target, seeds, { seed, index })
    const reason = await failureOf(target, bytes)
    if (reason !== null) failures.push({ target: target.name, index, reason, bytes })
  }
  return failures
}
