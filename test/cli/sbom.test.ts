// assay sbom in every format. Every SBOM is validated by the function that makes it.
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { writeDockerArchive } from '../support/image.ts'
import { validateSbom } from '../support/sbom.ts'
import { Desk, FIXTURES, linesOf, openDesk } from './command-line.ts'
import { expectFailure, expectPrintable } from './expectations.ts'

const desk = new Desk()
afterAll(() => desk.remove())

/** An SBOM of an image, valid. */
async function cycloneDx(image: string, version: '1.6' | '1.7', more: readonly string[] = []) {
  const run = desk.run(['sbom', image, '-o', `cyclonedx-json@${version}`, ...more])
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
  await validateSbom(run.stdout, version)
  return documentShape.parse(JSON.parse(run.stdout))
}

const documentShape = z.looseObject({
  serialNumber: z.string(),
  metadata: z.looseObject({ timestamp: z.string() }),
  components: z.array(z.looseObject({ purl: z.string().optional(), type: z.string() })),
})

const packagesShape = z.array(
  z.looseObject({ purl: z.string(), name: z.string(), version: z.string(), scope: z.string() }),
)

function packagesOf(image: string): z.infer<typeof packagesShape> {
  return packagesShape.parse(JSON.parse(desk.run(['sbom', image, '--json']).stdout))
}

describe('assay sbom', () => {
  let purls: string[] = []
  beforeAll(() => {
    purls = packagesOf(FIXTURES.drifted).map((entry) => entry.purl)
  })

  it('finds the packages of the image, the planted one too', () => {
    expect(purls.length).toBeGreaterThan(20)
    expect(purls.some((purl) => purl.startsWith('pkg:deb/debian/libyaml-0-2@'))).toBe(true)
    expect(packagesOf(FIXTURES.clean).some(({ name }) => name === 'libyaml-0-2')).toBe(false)
  })

  it.each(['1.6', '1.7'] as const)('gives CycloneDX %s with every package', async (version) => {
    const document = await cycloneDx(FIXTURES.drifted, version)
    const components = document.components.flatMap(({ purl }) => purl ?? [])
    expect(components.sort()).toEqual([...purls].sort())
  })

  it('dates the SBOM by the image, --at or SOURCE_DATE_EPOCH', async () => {
    const [own, again] = [
      await cycloneDx(FIXTURES.clean, '1.7'),
      await cycloneDx(FIXTURES.clean, '1.7'),
    ]
    expect(again).toEqual(own)
    const dated = await cycloneDx(FIXTURES.clean, '1.7', ['--at', '2030-02-03'])
    expect(dated.metadata.timestamp).toMatch(/^2030-02-03T00:00:00/)
    const words = ['sbom', FIXTURES.clean, '-o', 'cyclonedx-json']
    const epoch = desk.run(words, { env: { SOURCE_DATE_EPOCH: '86400' } })
    await validateSbom(epoch.stdout, '1.7')
    expect(documentShape.parse(JSON.parse(epoch.stdout)).metadata.timestamp).toMatch(/^1970-01-02T/)
  })

  it('gives a table, CSV and purls', () => {
    const table = desk.run(['sbom', FIXTURES.drifted])
    expect(linesOf(table.stdout)[0]).toMatch(/^name +version +type/)
    expect(linesOf(table.stdout).at(-1)).toBe(`${purls.length} deb`)
    const csv = desk.run(['sbom', FIXTURES.drifted, '-o', 'csv'])
    expect(csv.stdout.split('\r\n').slice(1, -1)).toHaveLength(purls.length)
    const list = desk.run(['sbom', FIXTURES.drifted, '-o', 'purls'])
    expect(linesOf(list.stdout).sort()).toEqual([...purls].sort())
    for (const { stdout } of [table, csv, list]) expectPrintable(stdout)
  })

  it('writes several at once, each valid', async () => {
    const [old, recent] = [desk.path('old.json'), desk.path('new.json')]
    const outputs = ['-o', `cyclonedx-json@1.6=${old}`, '-o', `cyclonedx-json=${recent}`]
    const run = desk.run(['sbom', FIXTURES.clean, ...outputs, '-o', 'purls'])
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
    await validateSbom(readFileSync(old, 'utf8'), '1.6')
    await validateSbom(readFileSync(recent, 'utf8'), '1.7')
    expect(run.stdout).toMatch(/^pkg:deb\//)
  })

  it.each([
    [['-o', 'purls', '-o', 'csv'], /two reports cannot share standard output/],
    [['-o', 'cyclonedx-json@1.5'], /cyclonedx-json has no version 1\.5 here/],
    [['-o', 'spdx'], /there is no format spdx/],
  ])('refuses %j', (words, message) => {
    expectFailure(desk.run(['sbom', FIXTURES.clean, ...words]), 2, message)
  })
})

describe('an archive of several images', () => {
  it('has no single SBOM: --image names one', async () => {
    const own = openDesk()
    const image = (name: string) => ({ name, layers: [{ members: [{ name, content: name }] }] })
    const archive = await writeDockerArchive(own.path('two.tar'), image('one:1'), image('two:2'))
    const output = own.path('out.json')
    const words = ['sbom', archive, '-o', `cyclonedx-json=${output}`]
    const both = own.run(words)
    expectFailure(both, 2, /an SBOM is of one image.*\n {2}--image names one: one:1, two:2/)
    expect(existsSync(output)).toBe(false)
    expect(own.run([...words, '--image', 'two:2']).status).toBe(0)
    await validateSbom(readFileSync(output, 'utf8'), '1.7')
    expectFailure(own.run([...words, '--image', 'three']), 2, /no image in it is called three/)
  })
})
