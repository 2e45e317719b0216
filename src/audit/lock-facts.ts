// What of the description is another than when the lock was written: the instructions that are new, the sources
// whose files changed in git, the packages that are asked for otherwise.
import type { Description, Instruction, Lock, LockItem, PackageRequest } from '../core/index.ts'
import { lockKey, splitValues } from '../core/index.ts'
import { builtInstructions, copySources, instructionDigest } from './lock-description.ts'

/** Something in the description that changed, for a person. */
export interface DescribedChange {
  readonly reason: string
  readonly line: number | null
}

/** Instructions on which the files of later steps depend. */
const BUILDING: ReadonlySet<string> = new Set([
  ...['FROM', 'ARG', 'ENV', 'RUN', 'COPY', 'ADD', 'WORKDIR', 'SHELL', 'USER', 'ONBUILD'],
])

const ANY: ReadonlySet<number | null> = new Set([null])

/** The difference between the description that a lock remembers and the one at hand. */
export class DescriptionChanges {
  /** False where the lock or the image was compared with no description: then nothing is explained. */
  readonly isComparable: boolean
  readonly instructions: readonly Instruction[]
  readonly #items: ReadonlyMap<string, LockItem>
  readonly #new = new Set<number>()
  readonly #copies = new Map<number, string>()
  readonly #gone: ReadonlySet<string>

  constructor(description: Description | null, lock: Lock) {
    this.#items = new Map(lock.items.map((item) => [lockKey(item), item]))
    this.isComparable = description !== null && lock.items.some(({ kind }) => kind === 'dockerfile')
    this.instructions = description === null ? [] : builtInstructions(description)
    const now = new Set<string>()
    for (const each of this.instructions) {
      const key = keyOf('instruction', each.keyword, instructionDigest(each))
      now.add(key)
      if (!this.#items.has(key)) this.#new.add(each.position)
      for (const { source, digest } of copySources(each, description?.files ?? new Map())) {
        const locked = this.#items.get(keyOf('copy', source === '' ? '.' : source))
        const same = splitValues(locked?.values[1] ?? '').includes(digest)
        if (!same) this.#copies.set(each.position, source)
      }
    }
    this.#gone = this.#goneKeywords(lock, now)
  }

  /** Keywords of which the lock has more instructions than can have become the new ones. */
  #goneKeywords(lock: Lock, now: ReadonlySet<string>): ReadonlySet<string> {
    const counts = new Map<string, number>()
    const count = (keyword: string, by: number) =>
      counts.set(keyword, (counts.get(keyword) ?? 0) + by)
    for (const item of lock.items) {
      if (item.kind !== 'instruction' || now.has(lockKey(item))) continue
      count(item.names[0] ?? '', 1)
    }
    for (const { position, keyword } of this.instructions)
      if (this.#new.has(position)) count(keyword, -1)
    return new Set([...counts].filter(([, left]) => left > 0).map(([keyword]) => keyword))
  }

  /** The new instructions among those that pass. */
  newOnes(passes: (instruction: Instruction) => boolean): readonly Instruction[] {
    if (!this.isComparable) return []
    return this.instructions.filter((each) => this.#new.has(each.position) && passes(each))
  }

  /** True when an instruction with this keyword is in the lock and no longer in the description. */
  hasLost(keyword: string): boolean {
    return this.isComparable && this.#gone.has(keyword)
  }

  /** What changed of all that the step of an instruction stands on; null when nothing did. */
  inputOf(position: number | null): DescribedChange | null {
    if (!this.isComparable) return null
    const end = position ?? Number.POSITIVE_INFINITY
    const own = this.newOnes((each) => each.position === position)[0]
    if (own !== undefined) return { reason: `its instruction changed`, line: own.line }
    const earlier = this.newOnes((each) => each.position <= end && BUILDING.has(each.keyword))
    const [first] = earlier
    if (first !== undefined) {
      const what = position === null ? 'an instruction changed' : 'an instruction before it changed'
      return { reason: `${what}: ${first.keyword}`, line: first.line }
    }
    for (const each of this.instructions) {
      const source = each.position <= end ? this.#copies.get(each.position) : undefined
      if (source !== undefined)
        return { reason: `${source} changed in git, and ${each.keyword} takes it`, line: each.line }
    }
    const gone = [...this.#gone].find((keyword) => BUILDING.has(keyword))
    return gone === undefined ? null : { reason: `the lock has a ${gone} more`, line: null }
  }

  /**
   * What changed of the sources that these instructions copy, or of any where null is among them; null when
   * nothing did.
   */
  copied(positions: ReadonlySet<number | null> = ANY): DescribedChange | null {
    for (const each of this.instructions) {
      if (!positions.has(null) && !positions.has(each.position)) continue
      const source = this.#copies.get(each.position)
      if (source !== undefined && this.isComparable)
        return { reason: `${source} changed in git, and ${each.keyword} takes it`, line: each.line }
    }
    return null
  }

  /** True when the lock does not have this request, or has it with another version. */
  isNewRequest({ instruction, manager, action, name, constraint }: PackageRequest): boolean {
    // a request that a newer Assay reads in an old instruction is none of the description
    if (!this.#new.has(instruction)) return false
    const locked = this.#items.get(keyOf('request', manager, action, name === '' ? '-' : name))
    if (locked === undefined) return this.isComparable
    const wanted = constraint === '' ? '-' : constraint
    return this.isComparable && !splitValues(locked.values[0] ?? '').includes(wanted)
  }

  /** The locked request that asked for this package and that the description has no more. */
  lostRequest(managers: readonly string[], name: string, now: Description | null): boolean {
    if (!this.isComparable || (this.#new.size === 0 && this.#gone.size === 0)) return false
    return managers.some((manager) => {
      const locked = this.#items.has(keyOf('request', manager, 'install', name))
      const still = now?.requests.some(
        (each) => each.manager === manager && each.action === 'install' && each.name === name,
      )
      return locked && still !== true
    })
  }
}

function keyOf(kind: LockItem['kind'], ...names: readonly string[]): string {
  return lockKey({ kind, names, values: [] })
}
