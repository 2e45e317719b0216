// One act of a hand is one line; what matters keeps a line of its own, and no path is lost.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChangeList } from '../../src/attribution/change-list.ts'
import { foldFolders } from '../../src/attribution/fold.ts'
import type { Change, Entry, FileOrigin } from '../../src/core/index.ts'
import { Overlay } from '../../src/inventory/index.ts'
import {
  BASE_LAYER,
  committed,
  file,
  folder,
  gone,
  judge,
  program,
} from '../support/attribution.ts'
import { columns } from '../support/columns.ts'

const byHand = (base: readonly Entry[], ...entries: readonly Entry[]) =>
  judge({
    dockerfile: 'FROM debian:12\n',
    base: [...BASE_LAYER, ...base],
    layers: [committed(...entries)],
  })
const many = (path: string, more: Partial<Entry> = {}): Entry[] =>
  ['a', 'b', 'c/d', 'c/e'].map((name) => file(`${path}/${name}`, name, more))

describe('folders', () => {
  it('that were put there are one line, with their files', async () => {
    const { changes, named } = await byHand([], ...many('opt/tool'))
    expect(named).toEqual(['added opt/tool/'])
    expect(changes[0]).toMatchObject({ path: 'opt/tool', found: '4 files' })
    expect(changes[0]?.folded).toEqual(['opt/tool/a', 'opt/tool/b', 'opt/tool/c/d', 'opt/tool/c/e'])
  })

  it('that hold anything else stay lines of files', async () => {
    const { named } = await byHand([file('srv/x/old', 'x')], ...many('srv/x').slice(0, 2))
    expect(named).toEqual(['added srv/x/a', 'added srv/x/b'])
  })

  it('do not hide a program, nor a set-id file', async () => {
    const { named } = await byHand(
      [],
      ...many('opt/tool'),
      program('opt/tool/miner', 'x'),
      file('opt/tool/helper', 'x', { mode: 0o2755 }),
    )
    expect(named).toEqual(['added opt/tool/', 'added opt/tool/helper', 'added opt/tool/miner'])
  })

  it('that were taken away are one line', async () => {
    const { changes, named } = await byHand(
      [folder('opt/tool'), ...many('opt/tool')],
      gone('opt/tool'),
    )
    expect(named).toEqual(['deleted opt/tool/'])
    expect(changes[0]).toMatchObject({ expected: '4 files' })
  })

  it('of which all files got another owner or mode are one line for each', async () => {
    const { changes, named } = await byHand(
      many('srv/app'),
      ...many('srv/app', { uid: 1000, mode: 0o600 }),
    )
    expect(named).toEqual(['mode srv/app/', 'owner srv/app/'])
    expect(changes[1]).toMatchObject({ expected: '0:0', found: '1000:0' })
  })

  it('do not hide a set-id bit among the modes', async () => {
    const { named } = await byHand(many('srv/app'), ...many('srv/app', { mode: 0o4755 }))
    expect(named).toHaveLength(4)
  })
})

describe('any changes', () => {
  const paths = fc.uniqueArray(fc.stringMatching(/^([ab]\/){1,3}[a-e]$/), { maxLength: 14 })
  const change = (path: string): Change => ({
    kind: 'added',
    subject: path,
    path,
    origin: 'unexplained',
    layer: 1,
    step: 1,
    line: null,
    owner: '',
    expected: '',
    found: 'x',
    evidence: 'e',
    folded: [],
  })

  it('keep every path once, whatever their order, and fold none that lies beside others', () => {
    fc.assert(
      fc.property(paths, paths, (added, others) => {
        const own = added.filter((path) => !others.includes(path))
        const all = [...own, ...others].sort()
        const overlay = new Overlay()
        overlay.apply(columns(all.map((path) => file(path, path))), 0)
        const files = all.map((path) => ({ path }) as Partial<FileOrigin> as FileOrigin)
        const folded = foldFolders(own.map(change), files, overlay)
        const shown = folded.flatMap((each) => (each.folded.length > 0 ? each.folded : [each.path]))
        expect([...shown].sort()).toEqual([...own].sort())
        for (const { path, folded: inside } of folded) {
          if (inside.length === 0) continue
          expect(others.some((other) => other.startsWith(`${path}/`))).toBe(false)
        }
        const again = foldFolders([...own].reverse().map(change), files, overlay)
        expect(new Set(again.map((each) => each.subject))).toEqual(
          new Set(folded.map((each) => each.subject)),
        )
      }),
    )
  })
})

describe('a list of changes', () => {
  it('has what matters most first, in one order however they came', () => {
    const kinds = ['step', 'deleted', 'modified', 'setting', 'package-added', 'mode'] as const
    const seeds = kinds.map((kind) => ({ kind, subject: kind }))
    const orders = [seeds, [...seeds].reverse()].map((some) => {
      const list = new ChangeList()
      for (const seed of some) list.add(seed)
      return list.all().map(({ kind }) => kind)
    })
    expect(orders[0]).toEqual(['modified', 'mode', 'package-added', 'deleted', 'setting', 'step'])
    expect(orders[1]).toEqual(orders[0])
  })

  it('counts a path to a fold that is open, and to no other', () => {
    const list = new ChangeList()
    list.open('1:package:x', { kind: 'package-added', subject: 'x', path: 'm/x' })
    expect(list.fold('1:package:x', 'm/x/b')).toBe(true)
    expect(list.fold('1:package:x', 'm/x/a')).toBe(true)
    expect(list.fold('1:package:x', 'm/x')).toBe(true)
    expect(list.fold('2:package:x', 'm/x/c')).toBe(false)
    expect(list.all()[0]?.folded).toEqual(['m/x/a', 'm/x/b'])
  })
})
