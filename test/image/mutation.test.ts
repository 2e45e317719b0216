// Small archives with bytes changed, taken out, doubled or cut off: they open or are refused, and nothing else.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { AssayError } from '../../src/core/index.ts'
import { openImages } from '../../src/image/index.ts'
import {
  buildImage,
  type ImageSpecification,
  makeTar,
  writeDockerArchive,
} from '../support/image.ts'
import { OciLayout, TYPES } from '../support/oci-layout.ts'
import { bytesOf, scratchFolder } from '../support/opened.ts'

const folder = scratchFolder()
const COUNT = Number(process.env['ASSAY_MUTATIONS'] ?? 300)
const SEED = Number(process.env['ASSAY_SEED'] ?? 20261124)

const IMAGE: ImageSpecification = {
  name: 'app:1',
  config: { Env: ['A=1'], Healthcheck: { Test: ['CMD', 'x'], Interval: 1 } },
  layers: [{ members: [{ name: 'a', content: 'x' }], createdBy: 'RUN a' }],
}

/** Numbers that look random and are the same for a seed (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const WORDS = ['null', '-1', '1e999', '{}', '[]', '""', '"x"', 'true', '99999999999999999999', '[[']

function mutate(bytes: Buffer, random: (below: number) => number): Buffer {
  const at = random(bytes.length)
  const length = random(600)
  switch (random(6)) {
    case 0: {
      const copy = Buffer.from(bytes)
      for (let count = random(8); count >= 0; count -= 1) copy[random(copy.length)] = random(256)
      return copy
    }
    case 1:
      return bytes.subarray(0, at)
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    case 3:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])
    case 4: {
      const copy = Buffer.from(bytes)
      copy.write(WORDS[random(WORDS.length)] ?? '', at)
      return copy
    }
    default:
      return replaceValue(bytes, random)
  }
}

/** Puts another JSON value where one stood, the length kept, so that the tar around it holds. */
function replaceValue(bytes: Buffer, random: (below: number) => number): Buffer {
  const text = bytes.toString('latin1')
  const values = [...text.matchAll(/(?<=":)("[^"]*"|\d+|\[|\{)/g)]
  const value = values[random(Math.max(1, values.length))]
  if (value === undefined) return bytes
  const word = (WORDS[random(WORDS.length)] ?? '').slice(0, value[0].length)
  const copy = Buffer.from(bytes)
  copy.write(word.padEnd(value[0].length), value.index, 'latin1')
  return copy
}

/** Opens and reads everything; what an honest caller would do. */
async function outcome(reference: string): Promise<string> {
  try {
    const { images, errors, close } = await openImages({
      reference,
      stdin: null,
      platform: null,
      name: null,
    })
    for (const image of images)
      for (const position of image.facts.layers.keys()) bytesOf(image.layer(position))
    close()
    return errors.length > 0 ? 'opened in part' : 'opened'
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown
    if (thrown.where === undefined) throw new Error(`no place: ${thrown.message}`)
    return thrown.code
  }
}

async function layoutTar(): Promise<Buffer> {
  const layout = new OciLayout()
  const image = layout.image(await buildImage(IMAGE))
  const platformed = { ...image, platform: { os: 'linux', architecture: 'amd64' } }
  const attestation = layout.attestation(image, [{ predicateType: 'x' }])
  const index = layout.index([platformed, attestation])
  return makeTar(layout.members([index, layout.add('x', TYPES.gzip)]))
}

describe(`mutations, ASSAY_SEED=${SEED}`, () => {
  test.each(['docker archive', 'image layout', 'gzip'])('of a %s', async (kind) => {
    const random = randomNumbers(SEED + kind.length)
    const source = join(folder, 'source.tar')
    if (kind === 'docker archive')
      await writeDockerArchive(source, IMAGE, { ...IMAGE, name: 'b:2' })
    else writeFileSync(source, await layoutTar())
    const plain = readFileSync(source)
    const whole = kind === 'gzip' ? gzipSync(plain) : plain
    const outcomes = new Map<string, number>()
    for (let round = 0; round < COUNT / 3; round += 1) {
      const file = join(folder, `mutated-${round}`)
      const bytes = mutate(whole, random)
      writeFileSync(file, bytes)
      const found = await outcome(file).catch((thrown: unknown) => {
        throw new Error(`${kind}, ASSAY_SEED=${SEED}, round ${round}`, { cause: thrown })
      })
      outcomes.set(found, (outcomes.get(found) ?? 0) + 1)
      rmSync(file)
    }
    // Mutations that never hurt, or always, would prove nothing.
    expect(outcomes.get('source') ?? 0).toBeGreaterThan(0)
    expect((outcomes.get('opened') ?? 0) + (outcomes.get('opened in part') ?? 0)).toBeGreaterThan(0)
  })

  test('of the index of a layout in a folder', async () => {
    const random = randomNumbers(SEED)
    const layout = new OciLayout()
    const image = layout.image(await buildImage(IMAGE))
    const path = join(folder, 'layout')
    mkdirSync(path)
    layout.writeFolder(path, [image, layout.index([image])])
    const index = readFileSync(join(path, 'index.json'))
    const outcomes = new Set<string>()
    for (let round = 0; round < COUNT / 3; round += 1) {
      writeFileSync(join(path, 'index.json'), mutate(index, random))
      const found = await outcome(path).catch((thrown: unknown) => {
        throw new Error(`folder, ASSAY_SEED=${SEED}, round ${round}`, { cause: thrown })
      })
      outcomes.add(found)
    }
    expect(outcomes).toContain('source')
    expect(outcomes).toContain('opened')
  })
})
