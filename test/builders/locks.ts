// Locks on images of real builders: one of a clean image holds for the next clean build of the same context, also
// a day later, and names what a hand did to another; `assay diff` says the same of the pairs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { z } from 'zod'
import { forgeLayer, type LayerEdit, otherContent } from '../support/repack.ts'
import { runAssay } from './judge.ts'
import type { ImageCase } from './truth.ts'

const lockSchema = z.object({
  lock: z.object({
    changes: z.array(z.object({ state: z.string(), kind: z.string(), subject: z.string() })),
  }),
})
const diffSchema = z.object({
  level: z.string(),
  packages: z.array(z.unknown()),
  files: z.array(z.object({ path: z.string() })),
  benign: z.array(z.object({ subject: z.string() })),
})

/** A clean image, a later build of the same context, and those that somebody edited by hand. */
export interface LockedApp {
  readonly locked: string
  readonly rebuilt: string
  readonly edited: readonly string[]
  /** Files that the next day writes otherwise, in order of path. */
  readonly daily: readonly string[]
}

/** The applications whose locks are tried. */
export const lockedApps: readonly LockedApp[] = [
  {
    locked: 'status-legacy',
    rebuilt: 'status-buildkit',
    edited: ['status-edited-legacy', 'status-hidden-in-records'],
    daily: ['var/cache/ldconfig/aux-cache', 'var/log/dpkg.log'],
  },
  {
    locked: 'report-legacy',
    rebuilt: 'report-buildkit',
    edited: ['report-edited-buildkit'],
    daily: ['etc/shadow', 'etc/shadow-'],
  },
]

/** The last byte becomes another; in account files every day becomes the next. */
const nextDay: LayerEdit = otherContent((bytes) => {
  const text = Buffer.from(bytes).toString('latin1')
  const later = text.replace(
    /^([^:\n]*:[^:\n]*:)(\d{5}):/gm,
    (_, name: string, day: string) => `${name}${Number(day) + 1}:`,
  )
  if (later !== text) return Buffer.from(later, 'latin1')
  return bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))
})

/** Locks the clean image of an application, and holds the others against the lock. */
export async function checkLocks(app: LockedApp, cases: readonly ImageCase[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-locks-'))
  try {
    const caseOf = (name: string): ImageCase => {
      const found = cases.find((one) => one.name === name)
      if (found === undefined) throw new Error(`no image was made for ${name}`)
      return found
    }
    const [locked, rebuilt] = [caseOf(app.locked), caseOf(app.rebuilt)]
    const bench = new Bench(folder, locked)
    const later = await bench.forge('later', app.daily, nextDay)
    for (const archive of [locked.archive, rebuilt.archive, later]) bench.expectNothing(archive)
    bench.expectNormalised(locked.archive, later, app.daily)
    bench.expectNormalised(locked.archive, rebuilt.archive, [])
    for (const name of app.edited) bench.expectNamed(caseOf(name))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

class Bench {
  readonly #folder: string
  readonly #words: readonly string[]
  readonly #lock: string

  constructor(folder: string, one: ImageCase) {
    this.#folder = folder
    this.#lock = join(folder, 'assay.lock')
    const base = one.base === '' ? [] : ['--base', one.base]
    this.#words = [
      ...['--source', `${one.repository}#${one.revision}`, ...base],
      ...['--db', join(folder, 'inventory.db'), '--json'],
    ]
    const words = this.#words.filter((word) => word !== '--json')
    expect(runAssay(['lock', one.archive, ...words, '-o', this.#lock]).status).toBe(0)
    this.#archive = one.archive
  }

  readonly #archive: string

  async forge(name: string, paths: readonly string[], edit: LayerEdit): Promise<string> {
    let archive = this.#archive
    for (const [index, path] of paths.entries()) {
      const output = join(this.#folder, `${name}-${index}.tar`)
      await forgeLayer({ archive, output, path, edit })
      archive = output
    }
    return archive
  }

  #audit(archive: string): {
    status: number
    changes: z.infer<typeof lockSchema>['lock']['changes']
  } {
    const words = ['audit', archive, ...this.#words, '--lock', this.#lock, '--fail-on', 'lock']
    const { status, stdout } = runAssay(words)
    return { status, changes: lockSchema.parse(JSON.parse(stdout)).lock.changes }
  }

  expectNothing(archive: string): void {
    expect(this.#audit(archive), archive).toEqual({ status: 0, changes: [] })
  }

  expectNormalised(a: string, b: string, folded: readonly string[]): void {
    const { status, stdout } = runAssay(['diff', a, b, ...this.#words])
    const { level, packages, files, benign } = diffSchema.parse(JSON.parse(stdout))
    expect({ status, level, packages, files }).toEqual({
      ...{ status: 0, level: 'normalised', packages: [], files: [] },
    })
    const subjects = benign.map(({ subject }) => subject)
    expect(folded.filter((path) => !subjects.includes(`/${path}`))).toEqual([])
  }

  /** Every planted change is untracked, and nothing else is. */
  expectNamed({ archive, planted }: ImageCase): void {
    const { status, changes } = this.#audit(archive)
    expect(status).toBe(1)
    const untracked = changes.filter(({ state }) => state === 'untracked')
    const wanted = (planted ?? []).filter(({ kind }) => kind !== 'step')
    const isNamed = ({ path, subject }: { path: string; subject: string }): boolean =>
      untracked.some((row) =>
        path === ''
          ? row.subject.endsWith(subject.replace(/^.* /, ''))
          : row.subject === `/${path}`,
      )
    expect(wanted.filter((each) => !isNamed(each))).toEqual([])
    const steps = (planted ?? []).length - wanted.length
    expect(untracked, JSON.stringify(untracked, null, 1)).toHaveLength(wanted.length + steps)
  }
}
