// Names everything that a judgement depends on: two audits with equal input have equal results.
import { createHash } from 'node:crypto'
import type { ReadyImage } from './compare-image.ts'
import { readersOf } from './intake.ts'
import { VERSION } from './version.ts'

/** Hexadecimal sha256 over the inputs of an audit. */
export async function inputDigest(ready: ReadyImage, ruleSet: string): Promise<string> {
  const { facts, found, candidates, taken, reference, notes, artifacts } = ready
  const { description } = found
  const tracked =
    description === null
      ? null
      : {
          ...description,
          // Parsed from the text and the arguments, which are here; the files are those of the commit.
          ...{ dockerfile: null, commands: null, requests: null, files: null },
          target: description.dockerfile.target,
          refs: await found.repository?.refsDigest(),
        }
  const inputs = {
    version: VERSION,
    reference,
    notes,
    facts,
    layers: taken.layers.map(({ diffId, size }) => [diffId, size]),
    readers: readersOf(taken),
    candidates,
    artifacts: artifacts.rules,
    found: { ...found, description: tracked, repository: null },
    ruleSet,
  }
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex')
}
