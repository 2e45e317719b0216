// Builds the images of the builder tests and says of each what was planted. Everything lies in one folder:
// `archives/`, `repositories/`, and `parts/` with the truth of each part, so that a later run makes the rest only.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startEngine } from './engine.ts'
import { startPackageProxy } from './packages.ts'
import type { Part } from './part.ts'
import type { ImageCase } from './truth.ts'
import { Workshop } from './workshop.ts'

/** Cases that could not be made, and why. */
export interface NotBuilt {
  readonly cases: readonly string[]
  readonly reason: string
}

/** What a run over parts gave. */
export interface MadeCases {
  readonly cases: readonly ImageCase[]
  readonly notBuilt: readonly NotBuilt[]
}

function truthFile(folder: string, part: Part): string {
  return join(folder, 'parts', `${part.name}.json`)
}

function keptCases(folder: string, part: Part): readonly ImageCase[] | null {
  const file = truthFile(folder, part)
  if (!existsSync(file)) return null
  const cases: readonly ImageCase[] = JSON.parse(readFileSync(file, 'utf8'))
  const names = new Set(cases.map(({ name }) => name))
  return part.cases.every((name) => names.has(name)) ? cases : null
}

async function makePart(workshop: Workshop, part: Part): Promise<readonly ImageCase[]> {
  const start = Date.now()
  const first = workshop.cases.length
  try {
    await part.make(workshop)
  } finally {
    const seconds = ((Date.now() - start) / 1000).toFixed(1)
    process.stderr.write(`images of the builder tests: ${part.name} in ${seconds} s\n`)
  }
  return workshop.cases.slice(first)
}

/** Makes the images of these parts, or finds them in the folder; what cannot be made is said, never left out. */
export async function makeCases(folder: string, parts: readonly Part[]): Promise<MadeCases> {
  for (const name of ['archives', 'parts']) mkdirSync(join(folder, name), { recursive: true })
  const made = new Map<Part, readonly ImageCase[]>()
  const notBuilt: NotBuilt[] = []
  const open: Part[] = []
  for (const part of parts) {
    const kept = keptCases(folder, part)
    const reason = part.missing()
    if (kept !== null) made.set(part, kept)
    else if (reason !== null) notBuilt.push({ cases: part.cases, reason })
    else open.push(part)
  }
  if (open.length > 0) {
    const proxy = await startPackageProxy()
    const engine = await startEngine()
    const workshop = new Workshop(folder, engine, proxy)
    try {
      for (const part of open) {
        try {
          made.set(part, await makePart(workshop, part))
          writeFileSync(truthFile(folder, part), `${JSON.stringify(made.get(part), null, 2)}\n`)
        } catch (thrown) {
          notBuilt.push({ cases: part.cases, reason: String(thrown).slice(0, 3000) })
        }
      }
    } finally {
      workshop.stop()
      await engine.stop()
      await proxy.stop()
    }
  }
  return { cases: parts.flatMap((part) => made.get(part) ?? []), notBuilt }
}
