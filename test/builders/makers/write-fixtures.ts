// Builds an image by each maker and keeps its manifest and config, made readable, under fixtures/makers/. What
// differs from run to run (digests, dates, ports) is kept as it came: the tests look at what each maker writes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { run } from '../engine.ts'
import { makeRepository } from '../repositories.ts'
import { root } from '../root.ts'
import { basePlans } from './base.ts'
import { makerCasesMissing } from './cases.ts'
import { buildWithJib, jibPlans } from './jib.ts'
import { buildWithKaniko } from './kaniko.ts'
import { buildWithKo, koPlans } from './ko.ts'
import { changeWithUmoci } from './umoci.ts'

const dockerManifest = z.tuple([z.object({ Config: z.string() })])
const descriptor = z.object({ digest: z.string() })
const ociIndex = z.object({ manifests: z.tuple([descriptor]) })
const ociManifest = z.object({ config: descriptor })

interface Stored {
  readonly manifest: unknown
  readonly config: unknown
}

async function ofArchive(archive: string): Promise<Stored> {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await run('tar', ['--extract', '--to-stdout', `--file=${archive}`, name]))
  const manifest = await read('manifest.json')
  return { manifest, config: await read(dockerManifest.parse(manifest)[0].Config) }
}

function ofLayout(layout: string): Stored {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(layout, name), 'utf8'))
  const blob = (digest: string): unknown => read(join('blobs', digest.replace(':', '/')))
  const { manifests } = ociIndex.parse(read('index.json'))
  const manifest = blob(manifests[0].digest)
  return { manifest, config: blob(ociManifest.parse(manifest).config.digest) }
}

function keep(maker: string, { manifest, config }: Stored): void {
  const folder = join(root, 'fixtures', 'makers', maker)
  mkdirSync(folder, { recursive: true })
  for (const [name, value] of Object.entries({ manifest, config }))
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(value, null, 2)}\n`)
}

/** Does what the file says. */
export async function main(): Promise<void> {
  const missing = makerCasesMissing()
  if (missing !== null) throw new Error(missing)
  const folder = mkdtempSync(join(tmpdir(), 'assay-makers-'))
  const at = (name: string): string => join(folder, name)
  try {
    await makeRepository(at('base'), basePlans)
    await buildWithKaniko({ context: at('base'), archive: at('base.tar') })
    await makeRepository(at('ko'), koPlans)
    await buildWithKo(at('ko'), at('base.tar'), at('ko-image'))
    keep('ko', ofLayout(at('ko-image')))
    await makeRepository(at('jib'), jibPlans)
    await buildWithJib(at('jib'), at('base.tar'), at('jib.tar'))
    keep('jib', await ofArchive(at('jib.tar')))
    await changeWithUmoci(at('base.tar'), at('umoci-image'))
    keep('umoci', ofLayout(at('umoci-image')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
