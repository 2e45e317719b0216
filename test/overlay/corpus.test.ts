// Every case of the overlay corpus: members -> tar -> layer reader -> merged tree, and what each layer changed.
import { describe, expect, test } from 'vitest'
import { Overlay, type ViewFile } from '../../src/inventory/view.ts'
import { LayerBlock } from '../../src/layer/index.ts'
import { sha256 } from '../support/image.ts'
import { readMembers } from '../support/layer-file.ts'
import {
  type CaseMember,
  type Described,
  described,
  membersOf,
  overlayCases,
} from '../support/overlay-cases.ts'

async function blockOf(layer: readonly CaseMember[]): Promise<LayerBlock> {
  return LayerBlock.decode((await readMembers(membersOf(layer))).block)
}

interface Seen extends Described {
  readonly layer: number
  readonly metadata: number
}

function seen(file: ViewFile, contents: ReadonlyMap<string, string>): Seen {
  const value = file.kind === 'file' ? (contents.get(file.sha256) ?? '?') : file.target
  return {
    kind: file.kind,
    value,
    mode: file.kind === 'symlink' ? '777' : file.mode.toString(8),
    owner: `${file.uid}:${file.gid}`,
    layer: file.contentLayer,
    metadata: file.metadataLayer,
  }
}

describe('overlay corpus', () => {
  for (const overlayCase of overlayCases()) {
    test(`${overlayCase.name}: ${overlayCase.truth}`, async () => {
      const overlay = new Overlay()
      const changes: string[][] = []
      const contents = new Map<string, string>()
      for (const [position, layer] of overlayCase.layers.entries()) {
        for (const { content = '' } of layer) contents.set(sha256(content), content)
        const delta = overlay.apply(await blockOf(layer), position)
        changes.push([...delta].map(({ change, path }) => `${change} ${path}`))
      }
      const tree = Object.fromEntries(
        [...overlay.files()].map((file) => [file.path, seen(file, contents)]),
      )
      const expected = Object.entries(overlayCase.tree).map(([path, node]): [string, Seen] => [
        path,
        { ...described(node), layer: node.layer, metadata: node.metadata ?? node.layer },
      ])
      expect(tree).toEqual(Object.fromEntries(expected))
      expect(overlay.count).toBe(expected.length)
      if (overlayCase.changes !== undefined) expect(changes).toEqual(overlayCase.changes)
      const reasons = overlay.notes.map(({ reason }) => reason)
      expect(reasons).toEqual(
        (overlayCase.notes ?? []).map((part) => expect.stringContaining(part)),
      )
      expect(overlayCase.engine, 'every case says what an engine makes of it').toBeDefined()
    })
  }
})
