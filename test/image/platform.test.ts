// Platforms: their one spelling, and which of them an engine takes for another.
import { describe, expect, test } from 'vitest'
import type { Platform } from '../../src/core/index.ts'
import {
  hostPlatform,
  isUnknownPlatform,
  normalPlatform,
  platformRank,
  platformText,
} from '../../src/image/platform.ts'

function of(text: string): Platform {
  const [os = '', architecture = '', variant = ''] = text.split('/')
  return { os, architecture, variant }
}

test.each([
  ['linux/x86_64', 'linux/amd64'],
  ['Linux/AMD64/v1', 'linux/amd64'],
  ['linux/amd64/v3', 'linux/amd64/v3'],
  ['linux/aarch64', 'linux/arm64'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/arm64/8', 'linux/arm64'],
  ['linux/arm', 'linux/arm/v7'],
  ['linux/arm/6', 'linux/arm/v6'],
  ['linux/armhf', 'linux/arm/v7'],
  ['linux/armel', 'linux/arm/v6'],
  ['linux/i386', 'linux/386'],
  ['macos/arm64', 'darwin/arm64'],
])('%s is %s', (given, normal) => {
  expect(platformText(normalPlatform(of(given)))).toBe(normal)
})

describe('what fits, best first', () => {
  test.each([
    ['linux/amd64', ['linux/amd64', 'linux/386']],
    ['linux/amd64/v3', ['linux/amd64/v3', 'linux/amd64/v2', 'linux/amd64/v1', 'linux/386']],
    ['linux/arm/v7', ['linux/arm', 'linux/arm/v6', 'linux/arm/v5']],
    ['linux/arm/v6', ['linux/arm/v6', 'linux/arm/v5']],
    ['linux/arm64', ['linux/arm64/v8', 'linux/arm/v8', 'linux/arm/v7', 'linux/arm/v6']],
    ['linux/s390x', ['linux/s390x']],
  ])('%s', (wanted, list) => {
    const ranks = list.map((offered) => platformRank(of(wanted), of(offered)))
    expect(ranks).toEqual(list.map((_, index) => index))
  })

  test.each([
    ['linux/amd64', 'linux/amd64/v2'],
    ['linux/amd64', 'linux/arm64'],
    ['linux/arm/v6', 'linux/arm/v7'],
    ['linux/386', 'linux/amd64'],
    ['linux/amd64', 'windows/amd64'],
    ['linux/amd64', 'unknown/unknown'],
  ])('%s is not served by %s', (wanted, offered) => {
    expect(platformRank(of(wanted), of(offered))).toBeNull()
  })
})

test('the host is Linux with an architecture as images name it', () => {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', s390x: 's390x' }
  expect(hostPlatform().os).toBe('linux')
  const expected = names[process.arch]
  if (expected !== undefined) expect(hostPlatform().architecture).toBe(expected)
  expect(isUnknownPlatform(of('unknown/unknown'))).toBe(true)
  expect(isUnknownPlatform(hostPlatform())).toBe(false)
})
