import { expect, test } from 'vitest'
import { placeOf } from '../../../src/catalog/npm/place.ts'

test.each([
  ['app/node_modules/a/package.json', 'package', 'app', 'a'],
  ['node_modules/@s/a/package.json', 'package', '', '@s/a'],
  ['app/node_modules/a/node_modules/@s/b/package.json', 'package', 'app', '@s/b'],
  ['app/node_modules/.pnpm/a@1(b@2)/node_modules/a/package.json', 'package', 'app', 'a'],
  ['my_node_modules/x/node_modules/a/package.json', 'package', 'my_node_modules/x', 'a'],
])('%s is a package', (path, kind, root, name) => {
  expect(placeOf(path)).toEqual({
    kind,
    root,
    name,
    folder: path.slice(0, -'/package.json'.length),
  })
})

test.each([
  ['app/node_modules/a/esm/package.json', 'content'],
  ['app/node_modules/@s/package.json', 'content'],
  ['app/node_modules/package.json', 'outside'],
  ['app/node_modules/.cache/package.json', 'content'],
  ['app/node_modules/.pnpm/package.json', 'content'],
  ['app/node_modules/.pnpm/a@1/package.json', 'content'],
  ['app/node_modules/a/test/node_modules/b/package.json', 'bundled'],
  ['app/node_modules/a/test/node_modules/b/lib/package.json', 'content'],
  ['app/package.json', 'outside'],
  ['package.json', 'outside'],
  ['my_node_modules/a/package.json', 'outside'],
])('%s is %s', (path, kind) => {
  expect(placeOf(path).kind).toBe(kind)
})
