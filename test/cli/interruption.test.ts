// Ctrl-C, SIGTERM and kill -9, also in the middle of a write: the database is whole and the next run works.
import type { ChildProcess } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import { type LayerSpecification, writeDockerArchive } from '../support/image.ts'
import { Desk, ended, FIXTURES, openDesk } from './command-line.ts'
import { expectIntact, expectOneError, parseAudit } from './expectations.ts'

const LAYERS = 120

/** A layer whose files a cataloger wants, so that each takes a transaction of some size. */
function layerOf(index: number): LayerSpecification {
  const members = Array.from({ length: 30 }, (_, at) => ({
    name: `app/node_modules/p${index}-${at}/package.json`,
    content: JSON.stringify({
      name: `p${index}-${at}`,
      version: '1.0.0',
      description: 'x'.repeat(500),
    }),
  }))
  return { members, createdBy: `COPY ${index} / # buildkit` }
}

async function manyLayers(desk: Desk): Promise<string> {
  const layers = Array.from({ length: LAYERS }, (_, index) => layerOf(index))
  return writeDockerArchive(desk.path('many.tar'), { name: 'many:1', layers })
}

/** Waits until the run has written this much, or is over; gives what it had written. */
async function writtenBytes(desk: Desk, child: ChildProcess, wanted: number): Promise<number> {
  for (;;) {
    const size = sizeOf(`${desk.db}-wal`)
    if (size >= wanted || child.exitCode !== null) return size
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it('while it waits for its input: status 130, one line', async () => {
    const desk = openDesk()
    const child = desk.start(['audit', '-', '--source', FIXTURES.bundle], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const end = ended(child)
    // The bundle is unpacked before the image is opened: then the program is at work.
    while (readdirSync(desk.path('tmp')).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5))
    child.kill(signal)
    const run = await end
    expect({ status: run.status, stderr: run.stderr }).toEqual({
      status: 130,
      stderr: 'assay: interrupted\n',
    })
    expect(readdirSync(desk.path('tmp'))).toEqual([])
    expectIntact(desk.db)
  })

  it('in the middle of a write: status 130, the database whole', async () => {
    const desk = openDesk()
    const archive = await manyLayers(desk)
    const child = desk.start(['sbom', archive, '-o', 'purls'])
    const end = ended(child)
    await writtenBytes(desk, child, 200_000)
    child.kill(signal)
    const run = await end
    expect(run.status).toBe(130)
    expect(run.stdout).toBe('')
    expectOneError(run)
    expectIntact(desk.db)
  })
})

describe('kill -9', () => {
  let desk: Desk
  let archive = ''
  beforeAll(async () => {
    desk = new Desk()
    archive = await manyLayers(desk)
    return () => desk.remove()
  })

  it('in the middle of writes: every layer whole or absent, and the next run goes on', async () => {
    const kept: number[] = []
    let killed = 0
    for (const wanted of [1, 50_000, 150_000, 300_000, 450_000, 700_000]) {
      const before = sizeOf(`${desk.db}-wal`)
      const child = desk.start(['audit', archive, '--json'])
      const end = ended(child)
      await writtenBytes(desk, child, before > 0 ? before + wanted : wanted)
      child.kill('SIGKILL')
      const run = await end
      if (run.status === null) killed += 1
      expectIntact(desk.db)
      kept.push(knownLayers(desk))
    }
    expect(killed).toBeGreaterThan(3)
    expect(kept).toEqual([...kept].sort((a, b) => a - b))
    expect(kept.some((count) => count > 0 && count < LAYERS)).toBe(true)
    const run = desk.run(['audit', archive, '--json'])
    expect(run.stderr).toBe('')
    const states = parseAudit(run.stdout).image.layers.map(({ state }) => state)
    expect(states.filter((state) => state === 'known')).toHaveLength(kept.at(-1) ?? 0)
    expect(states).not.toContain('unreadable')
    // And the report is the one of a run that nobody disturbed.
    const calm = openDesk()
    const packages = (place: Desk): string => place.run(['sbom', archive, '-o', 'purls']).stdout
    expect(packages(desk)).toBe(packages(calm))
  })
})

/** Layers that the inventory holds, each with all of its files. */
function knownLayers(desk: Desk): number {
  const handle = new Database(desk.db, { readonly: true })
  try {
    const count = (table: string): number =>
      Number(handle.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
    const tables = handle
      .prepare("SELECT name FROM sqlite_schema WHERE name = 'stored_layer'")
      .all()
    if (tables.length === 0) return 0
    const layers = count('stored_layer')
    expect(count('evidence')).toBe(layers * 30)
    return layers
  } finally {
    handle.close()
  }
}

describe('two runs at once on one database', () => {
  it('both end well: one waits for the other', async () => {
    const desk = openDesk()
    const runs = await Promise.all(
      [FIXTURES.clean, FIXTURES.drifted, FIXTURES.base].map((image) =>
        ended(desk.start(['sbom', image, '-o', 'purls'])),
      ),
    )
    expect(runs.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
      runs.map(() => ({ status: 0, stderr: '' })),
    )
    expectIntact(desk.db)
  })
})
