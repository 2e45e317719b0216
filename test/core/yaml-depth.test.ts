// What a YAML reader is not given.
import { describe, expect, it } from 'vitest'
import { nestsTooDeeply } from '../../src/core/index.ts'

describe('nestsTooDeeply', () => {
  it.each([
    ['brackets', '['.repeat(500)],
    ['braces', '{a: '.repeat(500)],
    ['lists in lists', '- '.repeat(200)],
    ['keys in keys', `${'? '.repeat(200)}x`],
  ])('%s', (_name, text) => {
    expect(nestsTooDeeply(text)).toBe(true)
    expect(nestsTooDeeply(`a: 1\n${text}`)).toBe(true)
  })

  it.each([
    ['a long list', '- [a, {b: c}]\n'.repeat(5_000)],
    ['a rule of dashes', `# ${'-'.repeat(500)}\n`],
    ['a table', '| - | - | : |\n'.repeat(500)],
    ['a shell test in each line', '  if [[ -n $X ]]; then echo "[x"; fi\n'.repeat(300)],
  ])('not %s', (_name, text) => {
    expect(nestsTooDeeply(text)).toBe(false)
  })
})
