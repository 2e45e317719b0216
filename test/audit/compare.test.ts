// The text of a description is read as it was built: on the variables of its base, for the image's platform.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { audit, TRUST_NOBODY } from '../../src/audit/index.ts'
import type { AuditResult } from '../../src/core/index.ts'
import { prepareExample } from '../support/example.ts'
import { writeOciLayout } from '../support/image.ts'

const comment = 'buildkit.dockerfile.v0'
const BASE_PATH = 'PATH=/go/bin:/usr/bin'
const DOCKERFILE = [
  'FROM go:1',
  'ARG TARGETARCH',
  'ENV PATH=$PATH:/app/bin ARCH=$TARGETARCH',
  'COPY run /app/bin/run',
  '',
].join('\n')

const root = { members: [{ name: 'etc/hosts', content: '' }] }
const baseHistory = [
  { created_by: 'ADD root.tar / # buildkit', comment },
  { created_by: `ENV ${BASE_PATH}`, comment, empty_layer: true },
]

async function audited(withBase: boolean): Promise<AuditResult> {
  const ready = await prepareExample({
    name: 'a base with a path of its own',
    expect: 'clean',
    repository: { files: { Dockerfile: DOCKERFILE, run: 'x\n' }, modified: {}, untracked: {} },
  })
  const base = await writeOciLayout(join(ready.folder, 'go'), {
    layers: [root],
    history: baseHistory,
    config: { Env: [BASE_PATH] },
    architecture: 'arm64',
  })
  const reference = await writeOciLayout(join(ready.folder, 'app'), {
    layers: [root, { members: [{ name: 'app/bin/run', content: 'x\n' }] }],
    history: [
      ...baseHistory,
      { created_by: 'ARG TARGETARCH=arm64', comment, empty_layer: true },
      { created_by: `ENV ${BASE_PATH}:/app/bin ARCH=arm64`, comment, empty_layer: true },
      { created_by: 'COPY run /app/bin/run # buildkit', comment },
    ],
    config: { Env: [`${BASE_PATH}:/app/bin`, 'ARCH=arm64'] },
    architecture: 'arm64',
  })
  try {
    const { results } = await audit({
      image: {
        reference,
        stdin: null,
        platform: null,
        name: null,
        verify: false,
        threads: 0,
        progress: () => {},
      },
      description: {
        source: ready.source,
        dockerfile: null,
        context: null,
        target: null,
        arguments: {},
      },
      base: withBase ? base : null,
      repositories: [],
      archives: [],
      trust: TRUST_NOBODY,
      policy: null,
      lock: null,
      db: join(ready.folder, 'inventory.db'),
      rules: [],
      at: '2026-01-02T00:00:00Z',
    })
    const [result] = results
    if (result === undefined) throw new Error('no image was audited')
    return result
  } finally {
    ready.remove()
  }
}

describe('variables of the base and the platform', () => {
  it.each([
    ['when the base is at hand', true],
    ['when only its history tells them', false],
  ])('make no step and no setting differ %s', async (_name, withBase) => {
    const { changes, steps, verdict } = await audited(withBase)
    expect(changes).toEqual([])
    expect(
      steps.filter(({ alignment }) => alignment !== 'base').map((step) => step.alignment),
    ).toEqual(['same', 'same', 'same'])
    expect(verdict).toBe('floating')
  })
})
