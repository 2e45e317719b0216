// Archives of strangers behind ADD: what cannot be read is said, nothing is unpacked to disk, no figure grows without bound.
import { readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'
import { Workshop } from '../description/workshop.ts'
import { makeTar, writeDockerArchive } from '../support/image.ts'
import { header } from '../support/tar-blocks.ts'
import { openDesk } from './command-line.ts'
import { expectIntact, parseAudit } from './expectations.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())

const MEMBERS = [{ name: 'x/a', content: 'a\n' }]

/** 200 001 hard links that lead nowhere. */
function manyLinks(): Buffer {
  const link = header({ name: 'l', type: '1' })
  return Buffer.concat([...Array.from({ length: 200_001 }, () => link), Buffer.alloc(1024)])
}

it.each([
  ['cut', async () => gzipSync(await makeTar(MEMBERS)).subarray(0, 60), /./],
  ['noise', async () => Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), /./],
  ['countless', async () => gzipSync(manyLinks()), /more than 200000 members/],
] as const)(
  'an archive that is %s: what came out of it is called undecided',
  async (_, make, why) => {
    const desk = openDesk()
    const bytes = await make()
    const files = { Dockerfile: 'FROM scratch\nADD x.tar.gz /opt/\n', 'x.tar.gz': bytes }
    const root = workshop.repository(`unpacked-${bytes.length}`, files)
    const image = await writeDockerArchive(desk.path('app.tar'), {
      name: 'app:1',
      layers: [
        {
          members: [{ name: 'opt/x/a', content: 'a\n' }],
          createdBy: 'ADD x.tar.gz /opt/ # buildkit',
        },
      ],
    })
    const run = desk.run(['audit', image, '--source', root, '--json', '--fail-on', 'never'])
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
    const { unknown } = parseAudit(run.stdout)
    expect(unknown.map(({ subject, reader }) => [subject, reader])).toEqual([
      ['x.tar.gz', 'archive'],
    ])
    expect(unknown[0]?.reason).toMatch(/^what ADD unpacked from it could not be compared: /)
    expect(unknown[0]?.reason).toMatch(why)
    expect(readdirSync(desk.path('tmp'))).toEqual([])
    expectIntact(desk.db)
  },
)
