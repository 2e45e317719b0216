import { defineConfig } from 'vitest/config'
import { SkipReporter } from './test/support/skip-reporter.ts'

const results = process.env['ASSAY_TEST_RESULTS']

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**'],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    pool: 'forks',
    reporters: [
      'default',
      ...(results === undefined ? [] : (['json'] as const)),
      new SkipReporter(),
    ],
    ...(results === undefined ? {} : { outputFile: { json: results } }),
  },
})
