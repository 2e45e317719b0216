// Content hashes of the legacy builder, computed again from tracked files: the vectors are those that Docker
// 20.10.24 wrote for the applications of test/builders.
import { describe, expect, it } from 'vitest'
import { recordedHash } from '../../src/attribution/dialect/index.ts'
import { isHashOf } from '../../src/attribution/legacy-hash.ts'
import { blobId, describe as description, file, folder, judge } from '../support/attribution.ts'

const CHECKS = '{ "ok": true, "services": ["mail", "wiki"] }\n'
const TRACKED = {
  'conf/checks.json': CHECKS,
  'conf/httpd.conf': 'A:*\n.css:text/css\n',
  'conf/report.conf': 'threads = 4\nlog = info\n',
  'conf/motd': 'welcome\n',
}
const DIR = '5afd49ddee72168e3e1310e0f9c053d1fe5fa8e47cf1d72b0345db0b9ce12eea'
const MULTI = '327dece6b7732717033a6a9cfa8ef7737eb8e5518f0ff8b8ef8d3553bdd7e32a'

const read =
  (tracked: Readonly<Record<string, string>>) =>
  async (blob: string, maxBytes: number): Promise<Uint8Array | null> => {
    const text = Object.values(tracked).find((each) => blobId(each) === blob)
    return text === undefined || text.length > maxBytes ? null : Buffer.from(text)
  }

function proves(copy: string, hash: string, tracked: Readonly<Record<string, string>>) {
  const found = description(`FROM x\n${copy}\n`, tracked)
  const instruction = found.dockerfile.instructions.find(({ keyword }) => keyword === 'COPY')
  const recorded = recordedHash(`/bin/sh -c #(nop) COPY ${hash} in /x/ `)
  if (instruction === undefined || recorded === null) throw new Error('no COPY')
  return isHashOf(recorded, instruction, found.files, read(tracked))
}

const some = (names: readonly (keyof typeof TRACKED)[]) =>
  Object.fromEntries(names.map((name) => [name, TRACKED[name]]))
const STATUS = some(['conf/checks.json', 'conf/httpd.conf'])
const REPORT = some(['conf/report.conf', 'conf/motd'])

describe('a hash in the history', () => {
  it('of a folder is that of the tracked files', async () => {
    expect(await proves('COPY conf/ /x/', `dir:${DIR}`, STATUS)).toBe(true)
  })

  it('of several files is that of the tracked files, in the order of the sources', async () => {
    const order = 'COPY conf/report.conf conf/motd /x/'
    expect(await proves(order, `multi:${MULTI}`, REPORT)).toBe(true)
    const other = 'COPY conf/motd conf/report.conf /x/'
    expect(await proves(other, `multi:${MULTI}`, REPORT)).toBe(false)
  })

  it('is another when a byte, a name or the set of files is', async () => {
    const changed = { ...STATUS, 'conf/checks.json': CHECKS.replace('true', 'fals') }
    expect(await proves('COPY conf/ /x/', `dir:${DIR}`, changed)).toBe(false)
    const renamed = { 'conf/checks.jsn': CHECKS, 'conf/httpd.conf': TRACKED['conf/httpd.conf'] }
    expect(await proves('COPY conf/ /x/', `dir:${DIR}`, renamed)).toBe(false)
    expect(await proves('COPY conf/ /x/', `dir:${DIR}`, { ...STATUS, 'conf/more': '' })).toBe(false)
  })

  it('proves nothing of what is not tracked, fetched or chosen by a pattern', async () => {
    expect(await proves('COPY gone /x/', `dir:${DIR}`, STATUS)).toBe(false)
    expect(await proves('COPY conf/* /x/', `dir:${DIR}`, STATUS)).toBe(false)
  })

  it('is read from entries of COPY and ADD only', () => {
    expect(recordedHash(`/bin/sh -c #(nop) ADD ${DIR} in /x `)).toEqual({ kind: 'file', hex: DIR })
    expect(recordedHash('/bin/sh -c #(nop)  CMD ["x"]')).toBeNull()
    expect(recordedHash('COPY a /x # buildkit')).toBeNull()
  })
})

describe('a layer edited after the build', () => {
  const layers = (...entries: ReturnType<typeof file>[]) => [
    {
      createdBy: `/bin/sh -c #(nop) COPY dir:${DIR} in /etc/status/ `,
      entries: [folder('etc/status'), ...entries],
    },
  ]
  const conf = file('etc/status/httpd.conf', TRACKED['conf/httpd.conf'])
  const scenario = {
    dockerfile: 'FROM debian:12\nCOPY conf/ /etc/status/\n',
    tracked: STATUS,
    readBlob: read(STATUS),
  }

  it('is told from one that was built of other files', async () => {
    const edited = await judge({
      ...scenario,
      layers: layers(conf, file('etc/status/checks.json', '{}\n'), file('etc/status/more', 'x')),
    })
    expect(edited.named).toEqual(['modified etc/status/checks.json', 'added etc/status/more'])
    for (const { kind, evidence } of edited.changes)
      if (kind !== 'step') expect(evidence).toContain('the layer was edited since')
    const { changes } = await judge({
      ...scenario,
      tracked: { ...STATUS, 'conf/checks.json': '[]\n' },
      readBlob: read({ ...STATUS, 'conf/checks.json': '[]\n' }),
      layers: layers(conf, file('etc/status/checks.json', CHECKS)),
    })
    expect(changes.map(({ path }) => path)).toEqual(['etc/status/checks.json'])
    expect(changes[0]?.evidence).not.toContain('edited since')
  })
})
