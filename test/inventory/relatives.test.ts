import { expect, test } from 'vitest'
import {
  debPackage,
  digestFor,
  freshInventory,
  imageFacts,
  NO_CATALOG,
} from '../support/inventory.ts'

function inventoryWith(images: Readonly<Record<string, readonly string[]>>) {
  const inventory = freshInventory()
  for (const [name, packages] of Object.entries(images)) {
    const catalog = { ...NO_CATALOG, packages: packages.map((each) => debPackage(each, '1')) }
    inventory.putImage(imageFacts(name, [digestFor('a'), digestFor(name)]), catalog, () => null)
  }
  return inventory
}

function purls(names: readonly string[]): readonly string[] {
  return names.map((name) => debPackage(name, '1').purl)
}

test('the nearest is the one with the greatest share of equal packages', () => {
  const inventory = inventoryWith({
    many: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
    near: ['a', 'b', 'x'],
    far: ['a'],
  })
  const found = inventory.nearest({
    config: digestFor('new'),
    diffIds: [digestFor('a')],
    purls: purls(['a', 'b', 'c']),
  })
  expect(found).toMatchObject({ config: digestFor('near'), shared: 2, all: 4, layers: 1 })
  expect(found?.purls).toEqual(purls(['a', 'b', 'x']))
  inventory.close()
})

test('without packages the one with the most equal first layers', () => {
  const inventory = inventoryWith({ one: [] })
  const layers = [digestFor('a'), digestFor('two'), digestFor('c')]
  inventory.putImage(imageFacts('two', layers.slice(0, 2)), NO_CATALOG, () => null)
  const found = inventory.nearest({ config: digestFor('new'), diffIds: layers, purls: [] })
  expect(found).toMatchObject({ config: digestFor('two'), layers: 2, shared: 0, all: 0 })
  inventory.close()
})

test('no image is its own relative, and one that shares nothing is none', () => {
  const inventory = inventoryWith({ one: ['a'] })
  const layers = [digestFor('a')]
  const own = { config: digestFor('one'), diffIds: layers, purls: purls(['a']) }
  expect(inventory.nearest(own)).toBeNull()
  const other = { config: digestFor('new'), diffIds: [digestFor('z')], purls: purls(['q']) }
  expect(inventory.nearest(other)).toBeNull()
  inventory.close()
})
