// Random layer sequences: the overlay equals a plain model that keeps one map from path to node, and a
// delta is exactly the difference between the trees before and after its layer.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry } from '../../src/core/index.ts'
import { Overlay, type ViewFile } from '../../src/inventory/view.ts'
import { columns, entry } from '../support/columns.ts'

interface Plain {
  readonly kind: Entry['kind']
  readonly value: string
  readonly mode: number
  readonly own: boolean
}
type Tree = Map<string, Plain>

const parent = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0))
const below = (tree: Tree, path: string): string[] =>
  [...tree.keys()].filter((other) => path === '' || other.startsWith(`${path}/`))

// The folder that a path names, by the rules and nothing else; null when there is none.
function folderOf(tree: Tree, path: string, make: boolean): string | null {
  let here = ''
  let links = 0
  const todo = path.split('/')
  while (todo.length > 0) {
    const part = todo.shift()
    if (part === undefined || part === '' || part === '.') continue
    if (part === '..') {
      here = parent(here)
      continue
    }
    const next = here === '' ? part : `${here}/${part}`
    const node = tree.get(next)
    if (node?.kind === 'symlink') {
      links += 1
      if (links > 40) return null
      if (node.value.startsWith('/')) here = ''
      todo.unshift(...node.value.split('/'))
      continue
    }
    if (node?.kind !== 'directory') {
      if (!make || node?.own) return null
      tree.set(next, { kind: 'directory', value: '', mode: 0o755, own: true })
    }
    here = next
  }
  return here
}

function hide(tree: Tree, path: string): void {
  for (const child of below(tree, path)) if (!tree.get(child)?.own) tree.delete(child)
  if (!tree.get(path)?.own) tree.delete(path)
  // what is left below still needs its folders
  for (const child of below(tree, path)) {
    for (let up = parent(child); up !== ''; up = parent(up)) {
      if (!tree.has(up)) tree.set(up, { kind: 'directory', value: '', mode: 0o755, own: true })
    }
  }
}

function put(tree: Tree, path: string, node: Plain): void {
  if (node.kind !== 'directory' || tree.get(path)?.kind !== 'directory')
    for (const child of below(tree, path)) tree.delete(child)
  tree.set(path, node)
}

function applyModel(tree: Tree, layer: readonly Entry[]): void {
  for (const [path, node] of tree) tree.set(path, { ...node, own: false })
  for (const item of layer) {
    const folder = folderOf(tree, parent(item.path), true)
    if (folder === null) continue
    const name = item.path.slice(item.path.lastIndexOf('/') + 1)
    const path = folder === '' ? name : `${folder}/${name}`
    const there = tree.get(path)
    if (item.kind === 'whiteout') hide(tree, path)
    else if (item.kind === 'opaque') {
      if (there === undefined || (there.kind !== 'directory' && !there.own))
        put(tree, path, { kind: 'directory', value: '', mode: 0o755, own: true })
      const real = folderOf(tree, path, true)
      if (real !== null) for (const child of below(tree, real)) hide(tree, child)
    } else if (item.kind === 'hardlink') {
      const above = folderOf(tree, parent(item.target), false)
      if (above === null) continue
      const last = item.target.slice(item.target.lastIndexOf('/') + 1)
      const target = tree.get(above === '' ? last : `${above}/${last}`)
      if (target !== undefined && target.kind !== 'directory')
        put(tree, path, { ...target, own: true })
    } else {
      const value = item.kind === 'file' ? item.sha256 : item.target
      put(tree, path, { kind: item.kind, value, mode: item.mode, own: true })
    }
  }
}

const part = fc.constantFrom('a', 'b', 'a-b', 'c')
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const target = fc.oneof(
  path,
  path.map((text) => `/${text}`),
  path.map((text) => `../${text}`),
)
const file = fc.record({
  path,
  sha256: fc.constantFrom('11', '22'),
  mode: fc.constantFrom(0o644, 0o755),
})
const anyEntry = fc.oneof(
  { weight: 4, arbitrary: file.map((facts) => entry({ ...facts, kind: 'file' })) },
  { weight: 3, arbitrary: path.map((text) => entry({ path: text, kind: 'directory' })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ path, target })
      .map((facts) => entry({ ...facts, mode: 0o777, kind: 'symlink' })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ path, target: path })
      .map((facts) => entry({ ...facts, kind: 'hardlink' })),
  },
  { weight: 2, arbitrary: path.map((text) => entry({ path: text, kind: 'whiteout' })) },
  { weight: 1, arbitrary: path.map((text) => entry({ path: text, kind: 'opaque' })) },
)
const layers = fc.array(fc.array(anyEntry, { maxLength: 12 }), { minLength: 1, maxLength: 5 })

// Hardlinks share a mode with their target here: the model has no inodes.
function withLinkModes(layer: readonly Entry[]): Entry[] {
  return layer.map((item) =>
    item.kind === 'file' || item.kind === 'hardlink' ? { ...item, mode: 0o644 } : item,
  )
}

function shape(view: ViewFile): string {
  return `${view.kind} ${view.kind === 'file' ? view.sha256 : view.target} ${view.kind === 'symlink' ? '' : view.mode}`
}

function snapshot(overlay: Overlay): Map<string, string> {
  return new Map([...overlay.files()].map((view) => [view.path, shape(view)]))
}

test('the overlay equals a plain model', () => {
  fc.assert(
    fc.property(layers, (sequence) => {
      const overlay = new Overlay()
      const model: Tree = new Map()
      for (const [position, raw] of sequence.entries()) {
        const hasLinks = raw.some(({ kind }) => kind === 'hardlink')
        const layer = hasLinks ? withLinkModes(raw) : raw
        applyModel(model, layer)
        overlay.apply(columns(layer), position)
        const expected = [...model].map(([name, { kind, value, mode }]): [string, string] => [
          name,
          `${kind} ${value} ${kind === 'symlink' ? '' : mode}`,
        ])
        expect(snapshot(overlay)).toEqual(new Map(expected))
        expect([...snapshot(overlay).keys()]).toEqual(expected.map(([name]) => name).sort())
        expect(overlay.count).toBe(expected.length)
      }
    }),
    { numRuns: 3000 },
  )
})

test('a delta is the difference between two trees, and stays so', () => {
  fc.assert(
    fc.property(layers, (sequence) => {
      const overlay = new Overlay()
      const kept: { readonly rows: Iterable<unknown>; readonly expected: readonly string[] }[] = []
      for (const [position, layer] of sequence.entries()) {
        const before = snapshot(overlay)
        const ages = new Map([...overlay.files()].map((view) => [view.path, view]))
        const delta = overlay.apply(columns(layer), position)
        const after = snapshot(overlay)
        const expected: string[] = []
        for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
          if (before.get(name) === after.get(name)) continue
          const change = !before.has(name) ? 'added' : after.has(name) ? 'changed' : 'deleted'
          expected.push(`${change} ${name}`)
        }
        const lazy = { [Symbol.iterator]: () => changed(delta)[Symbol.iterator]() }
        kept.push({ rows: lazy, expected })
        for (const view of overlay.files()) expectAge(ages.get(view.path), view, position)
      }
      // read at the end only: later layers must not alter an older delta
      for (const { rows, expected } of kept) expect([...rows]).toEqual(expected)
    }),
    { numRuns: 1500 },
  )
})

function changed(delta: ReturnType<Overlay['apply']>): string[] {
  return [...delta].flatMap(({ change, path: name, before, after }) => {
    expect(before === null ? change : 'x').toBe(before === null ? 'added' : 'x')
    expect(after === null ? change : 'x').toBe(after === null ? 'deleted' : 'x')
    if (change === 'touched') return []
    return [`${change === 'added' || change === 'deleted' ? change : 'changed'} ${name}`]
  })
}

// Content and metadata are as old as they were when equal, and of this layer when not.
function expectAge(before: ViewFile | undefined, now: ViewFile, layer: number): void {
  const sameKind = before?.kind === now.kind
  const value = (view: ViewFile): string => (view.kind === 'file' ? view.sha256 : view.target)
  const sameContent = before !== undefined && sameKind && value(before) === value(now)
  expect(now.contentLayer, now.path).toBe(sameContent ? before.contentLayer : layer)
  const sameMetadata = before !== undefined && sameKind && before.mode === now.mode
  expect(now.metadataLayer, now.path).toBe(sameMetadata ? before.metadataLayer : layer)
}
