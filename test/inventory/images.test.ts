import { expect, test } from 'vitest'
import {
  debPackage,
  digestFor,
  freshInventory,
  imageFacts,
  layerRecord,
  NO_CATALOG,
} from '../support/inventory.ts'

test('two images that share layers find them known', () => {
  const inventory = freshInventory()
  const [a, b, c] = [digestFor('a'), digestFor('b'), digestFor('c')]
  for (const name of ['a', 'b']) inventory.putLayer(layerRecord(name), [])
  inventory.putImage(imageFacts('base', [a, b]), NO_CATALOG, () => null)
  const needed = [a, b, c].filter((diffId) => inventory.layer(diffId) === null)
  expect(needed).toEqual([c])
  inventory.close()
})

test('base candidates: proper prefixes, longest first, in no order of arrival', () => {
  const layers = ['a', 'b', 'c', 'd'].map(digestFor)
  const images = [
    ['one', layers.slice(0, 1)],
    ['three', layers.slice(0, 3)],
    ['same', layers],
    ['other', [digestFor('a'), digestFor('x')]],
    ['shifted', [digestFor('b')]],
    ['none', []],
    ['also-one', layers.slice(0, 1)],
  ] as const
  const answers = [images, images.toReversed()].map((order) => {
    const inventory = freshInventory()
    for (const [name, diffIds] of order) {
      inventory.putImage(imageFacts(name, diffIds), NO_CATALOG, () => null)
    }
    const found = inventory.baseCandidates(layers)
    inventory.close()
    return found
  })
  expect(answers[0]?.map(({ layers: count, names }) => [count, names[0]])).toEqual([
    [3, 'example.test/three:1'],
    ...[
      ['one', digestFor('one')],
      ['also-one', digestFor('also-one')],
    ]
      .sort(([, x = ''], [, y = '']) => (x < y ? -1 : 1))
      .map(([name]) => [1, `example.test/${name}:1`]),
  ])
  expect(answers[1]).toEqual(answers[0])
  expect(answers[0]?.[0]).toMatchObject({ configText: '{"config":"three"}', verdict: null })
})

test('read again without a manifest and under another name, an image keeps both', () => {
  const inventory = freshInventory()
  const facts = imageFacts('app', [digestFor('a')])
  inventory.putImage({ ...facts, manifest: digestFor('m') }, NO_CATALOG, () => null)
  inventory.putImage({ ...facts, names: ['other:2'] }, NO_CATALOG, () => null)
  expect(inventory.query('SELECT manifest, layers FROM image')).toEqual([
    { manifest: digestFor('m'), layers: 1 },
  ])
  const above = [digestFor('a'), digestFor('b')]
  expect(inventory.baseCandidates(above)[0]?.names).toEqual(['example.test/app:1', 'other:2'])
  inventory.close()
})

test('packages with layer and dependencies', () => {
  const inventory = freshInventory()
  const libc = debPackage('libc6', '2.41')
  const mail = debPackage('exim4', '4', { provides: ['mail-transport-agent (= 4)'] })
  const curl = debPackage('curl', '8', {
    dependencies: [
      { kind: 'depends', text: 'libc6 (>= 2.36)', alternatives: ['libc6'] },
      {
        kind: 'depends',
        text: 'postfix | mail-transport-agent',
        alternatives: ['postfix', 'mail-transport-agent'],
      },
      { kind: 'optional', text: 'absent', alternatives: ['absent'] },
    ],
    resolved: [libc.purl, mail.purl],
    requested: true,
  })
  const packages = [mail, curl, libc]
  for (const config of ['one', 'two']) {
    inventory.putImage(imageFacts(config, []), { ...NO_CATALOG, packages }, (item) =>
      item === curl ? 2 : null,
    )
  }
  const image = digestFor('two')
  expect(
    inventory.query(
      `SELECT dependency, kind, satisfied_by FROM package_dependency
       WHERE image = :image AND purl = :purl`,
      { image, purl: curl.purl },
    ),
  ).toEqual([
    { dependency: 'libc6 (>= 2.36)', kind: 'depends', satisfied_by: libc.purl },
    { dependency: 'postfix | mail-transport-agent', kind: 'depends', satisfied_by: mail.purl },
    { dependency: 'absent', kind: 'optional', satisfied_by: null },
  ])
  expect(
    inventory.query(
      'SELECT name, layer, requested FROM installed_package WHERE image = :image ORDER BY name',
      { image },
    ),
  ).toEqual([
    { name: 'curl', layer: 2, requested: 1 },
    { name: 'exim4', layer: null, requested: null },
    { name: 'libc6', layer: null, requested: null },
  ])
  inventory.close()
})

test('a reference keeps its first and last sighting, in whatever order they come', () => {
  const inventory = freshInventory()
  const facts = { ...imageFacts('app', []), manifest: digestFor('m') }
  inventory.putImage(facts, NO_CATALOG, () => null)
  const seen = { registry: 'r', repository: 'app', tag: '1', digest: digestFor('m') }
  for (const at of ['2026-02-01', '2026-01-01', '2026-03-01']) {
    inventory.putReference({ ...seen, at })
  }
  expect(inventory.query('SELECT first_seen, last_seen FROM image_reference')).toEqual([
    { first_seen: '2026-01-01', last_seen: '2026-03-01' },
  ])
  inventory.close()
})
