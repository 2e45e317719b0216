// Exit statuses, as design and README give them, and which counts where several hold.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExitStatus, statusOf, worstStatus } from '../../src/cli/exit.ts'
import { AssayError, type ErrorCode } from '../../src/core/index.ts'
import { writeDockerArchive } from '../support/image.ts'
import { buildImage } from '../support/image-build.ts'
import { OciLayout } from '../support/oci-layout.ts'
import { Desk, ended, FIXTURES, linesOf } from './command-line.ts'

describe('the status of an error', () => {
  it.each<[ErrorCode, ExitStatus]>([
    ['usage', 2],
    ['configuration', 2],
    ['rule', 2],
    ['source', 3],
    ['integrity', 3],
    ['incomplete', 4],
    ['internal', 70],
  ])('%s is %i', (code, status) => {
    expect(statusOf(new AssayError(code, 'x'))).toBe(status)
  })

  it('of anything else is 70', () => {
    for (const thrown of [new Error('x'), new TypeError('x'), 'x', undefined, null, 5])
      expect(statusOf(thrown)).toBe(70)
  })
})

describe('which status counts', () => {
  const order: readonly ExitStatus[] = [70, 130, 2, 3, 1, 4, 0]

  it('is the first of 70, 130, 2, 3, 1, 4, 0', () => {
    for (const [place, status] of order.entries())
      for (const other of order.slice(place)) {
        expect(worstStatus([status, other])).toBe(status)
        expect(worstStatus([other, status, 0])).toBe(status)
      }
    expect(worstStatus([])).toBe(0)
  })
})

describe('runs', () => {
  const desk = new Desk()
  const absent = desk.path('absent.tar')
  let incomplete = ''
  let unfound = ''
  const drifted = [FIXTURES.drifted, '--source', FIXTURES.bundle]

  beforeAll(async () => {
    const layers = [{ members: [{ name: 'app', content: 'x' }], createdBy: 'COPY x / # buildkit' }]
    const missing = [
      { members: [{ name: 'gone', content: 'y' }], createdBy: 'COPY y / # buildkit' },
    ]
    const built = await buildImage({ layers: missing })
    const layout = new OciLayout()
    const [layer] = layout.gzipLayers(built)
    const manifest = layout.image(built)
    if (layer !== undefined) layout.remove(layer)
    incomplete = await layout.writeTar(desk.path('incomplete.tar'), [manifest])
    unfound = await writeDockerArchive(desk.path('plain.tar'), { layers })
  })
  afterAll(() => desk.remove())

  const statusOfRun = (...words: readonly string[]): number | null =>
    desk.run(['audit', ...words]).status

  it('0: nothing at or above --fail-on', () => {
    expect(statusOfRun(unfound)).toBe(0)
    expect(statusOfRun(...drifted, '--fail-on', 'never')).toBe(0)
  })

  it('1: findings at or above it', () => {
    expect(statusOfRun(...drifted)).toBe(1)
  })

  it('2 before all: wrong use and broken rules', () => {
    expect(statusOfRun(...drifted, '--fail-on', 'nonsense')).toBe(2)
    expect(statusOfRun(...drifted, '--rules', desk.path('no-rules'))).toBe(2)
    expect(statusOfRun(absent, FIXTURES.drifted, '--rules', desk.path('no-rules'))).toBe(2)
  })

  it('3 before 1: one image of several cannot be read', () => {
    expect(statusOfRun(absent, ...drifted)).toBe(3)
    expect(statusOfRun(absent, incomplete)).toBe(3)
  })

  it('1 before 4: an image with findings, another with a layer that is missing', () => {
    expect(statusOfRun(incomplete, '--fail-on', 'never')).toBe(4)
    expect(statusOfRun(incomplete, ...drifted)).toBe(1)
    expect(desk.run(['sbom', incomplete, '-o', 'purls']).status).toBe(4)
    expect(desk.run(['explain', incomplete]).status).toBe(4)
    expect(desk.run(['explain', unfound, 'absent/path']).status).toBe(1)
  })

  it('70: a bug is told as one, in two lines, and its stack with --debug', async () => {
    const planted = 'setTimeout(()=>{throw new Error("planted")},800)'
    const preload = `--import=data:text/javascript,${encodeURIComponent(planted)}`
    const env = { ...desk.environment(), NODE_OPTIONS: preload }
    // Standard input never ends: the run is still at work when the bug comes.
    const stdio = ['pipe', 'pipe', 'pipe'] as const
    const run = await ended(desk.start(['audit', '-'], { env, stdio: [...stdio] }))
    expect(run.status).toBe(70)
    expect(linesOf(run.stderr)).toEqual([
      'assay: a bug in Assay: planted',
      expect.stringMatching(/^ {2}--debug shows where/),
    ])
    const loud = await ended(desk.start(['audit', '-', '--debug'], { env, stdio: [...stdio] }))
    expect(loud.stderr).toMatch(/^\s+at /m)
  })
})
