// An audit of images that another maker built: what it says of them, with and without a Dockerfile that is named.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { audit, TRUST_NOBODY } from '../../src/audit/index.ts'
import type { AuditResult } from '../../src/core/index.ts'
import { prepareExample } from '../support/example.ts'
import { type ImageSpecification, writeOciLayout } from '../support/image.ts'

const application = { members: [{ name: 'app/classes/Main.class', content: 'x' }] }
const copied = { members: [{ name: 'app/run', content: 'x\n' }] }
const jib = { created_by: 'jib-maven-plugin:3.5.2', author: 'Jib', comment: 'classes' }
const copy = { created_by: 'COPY run /app/run # buildkit', comment: 'buildkit.dockerfile.v0' }
const commit = { created_by: 'bash', comment: 'by hand' }

/** Audits the image; `from` is the base in the Dockerfile that is named, null when none is. */
async function audited(image: ImageSpecification, from: string | null): Promise<AuditResult> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-makers-test-'))
  const dockerfile = `FROM ${from ?? 'scratch'}\nCOPY run /app/run\n`
  const ready = await prepareExample({
    name: 'a Dockerfile',
    expect: 'clean',
    repository: { files: { Dockerfile: dockerfile, run: 'x\n' }, modified: {}, untracked: {} },
  })
  try {
    const reference = await writeOciLayout(join(folder, 'image'), image)
    const { results } = await audit({
      image: {
        ...{ reference, stdin: null, platform: null, name: null },
        ...{ verify: false, threads: 0, progress: () => {} },
      },
      description: {
        source: from === null ? null : ready.source,
        ...{ dockerfile: null, context: null, target: null, arguments: {} },
      },
      ...{ base: null, repositories: [], archives: [], trust: TRUST_NOBODY },
      ...{ policy: null, lock: null, rules: [], at: '2026-01-02T00:00:00Z' },
      db: join(folder, 'inventory.db'),
    })
    const [result] = results
    if (result === undefined) throw new Error('no image was audited')
    return result
  } finally {
    ready.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('an image that Jib built', () => {
  it('is unknown, and the reason names what stands behind it and what would check it', async () => {
    const { verdict, reasons, image, changes } = await audited(
      { layers: [application], history: [jib] },
      null,
    )
    expect(verdict).toBe('unknown')
    expect(image.makers).toEqual(['jib'])
    expect(changes).toEqual([])
    expect(reasons).toEqual([
      { row: 'other-maker', text: expect.stringMatching(/^Jib built it, from .*pom\.xml/) },
    ])
  })

  it('has not drifted from a Dockerfile that did not build it: that is said instead', async () => {
    const result = await audited({ layers: [application], history: [jib] }, 'greeter:1')
    expect(result.verdict).toBe('unknown')
    expect(result.description).toBeNull()
    expect(result.changes).toEqual([])
    expect(result.reasons[0]?.text).toMatch(
      /^Dockerfile at [0-9a-f]{12} of .* is not what built it: Jib did, from /,
    )
  })

  it('and a hand changed has drifted from the Dockerfile that is named', async () => {
    const image = { layers: [application, copied], history: [jib, commit] }
    const { verdict, reasons } = await audited(image, 'scratch')
    expect(verdict).toBe('drifted')
    expect(reasons.map(({ text }) => text)).toContain(
      'a container changed by hand and committed: bash',
    )
    const alone = await audited(image, null)
    expect(alone.verdict).toBe('unknown')
    expect(alone.reasons[0]?.text).toContain('changed by hand afterwards')
  })
})

it('a Dockerfile’s image on a base by Jib is compared with its Dockerfile', async () => {
  const image = { layers: [application, copied], history: [jib, copy] }
  const { verdict, steps, image: shown } = await audited(image, 'greeter:1')
  expect(shown.makers).toEqual(['jib', 'buildkit'])
  expect(steps.map(({ alignment }) => alignment)).toEqual(['base', 'same'])
  expect(verdict).not.toBe('unknown')
})

it('an image by umoci is the work of a hand where a Dockerfile is named', async () => {
  const umoci = { created_by: 'umoci repack' }
  const { verdict, changes } = await audited(
    { layers: [copied, application], history: [copy, umoci] },
    'scratch',
  )
  expect(verdict).toBe('drifted')
  expect(changes.map(({ kind, subject }) => [kind, subject])).toContainEqual([
    'step',
    'umoci repack',
  ])
})

it('a layer that calls itself Jib’s is drift where the Dockerfile explains the rest', async () => {
  const image = { layers: [copied, application], history: [copy, jib] }
  const { verdict, changes } = await audited(image, 'scratch')
  expect(verdict).toBe('drifted')
  expect(changes.map(({ path }) => path)).toContain('app/classes/Main.class')
})
