// Names of images: the same image by a short and by its full name.
import { expect, test } from 'vitest'
import { distinctNames, fullName, isNamed } from '../../src/image/names.ts'

test.each([
  ['alpine', 'docker.io/library/alpine:latest'],
  ['alpine:3.20', 'docker.io/library/alpine:3.20'],
  ['team/app', 'docker.io/team/app:latest'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/app', 'localhost:5000/app:latest'],
  ['ghcr.io/a/b:1', 'ghcr.io/a/b:1'],
  ['app@sha256:00', 'docker.io/library/app@sha256:00'],
])('%s is %s', (name, full) => {
  expect(fullName(name)).toBe(full)
})

test('the first spelling stays', () => {
  expect(distinctNames(['app:1', 'docker.io/library/app:1', 'app', 'app:latest'])).toEqual([
    'app:1',
    'app',
  ])
  expect(isNamed(['docker.io/library/app:1'], 'app:1')).toBe(true)
  expect(isNamed(['app:1'], 'app')).toBe(false)
})
