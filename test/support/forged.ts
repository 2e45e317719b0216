// An image forged from layers and a history, audited against a git repository of texts.
import { join } from 'node:path'
import { audit, TRUST_NOBODY } from '../../src/audit/index.ts'
import type { AuditResult } from '../../src/core/index.ts'
import { parsePolicy } from '../../src/policy/index.ts'
import { prepareExample } from './example.ts'
import { type Member, writeOciLayout } from './image.ts'

/** One step of the image: what its history says, and what its layer holds; null for an empty layer. */
export interface ForgedStep {
  readonly createdBy: string
  readonly members: readonly Member[] | null
}

/** A repository, an image of FROM scratch, and an assay.yaml. */
export interface Forged {
  readonly files: Readonly<Record<string, string>>
  /** What is audited against; HEAD, or the commit that explains the image best, when left out. */
  readonly revision?: string
  /** A second commit on top. */
  readonly later?: Readonly<Record<string, string>>
  readonly untracked?: Readonly<Record<string, string>>
  readonly steps: readonly ForgedStep[]
  readonly name?: string
  /** Text of assay.yaml; none when left out. */
  readonly policy?: string
  /** Folders of rules; none when left out. */
  readonly rules?: readonly string[]
  readonly config?: Record<string, unknown>
}

/** Audits the image against the repository, nothing else being named. */
export async function auditForged(given: Forged): Promise<AuditResult> {
  const ready = await prepareExample({
    name: 'forged',
    expect: 'clean',
    repository: {
      files: { ...given.files },
      modified: {},
      untracked: { ...given.untracked },
      ...(given.revision === undefined ? {} : { revision: given.revision }),
      ...(given.later === undefined ? {} : { later: { ...given.later } }),
    },
  })
  try {
    const reference = await writeOciLayout(join(ready.folder, 'forged'), {
      layers: given.steps.flatMap(({ members }) => (members === null ? [] : [{ members }])),
      history: given.steps.map(({ createdBy, members }) => ({
        created_by: `${createdBy} # buildkit`,
        comment: 'buildkit.dockerfile.v0',
        ...(members === null ? { empty_layer: true } : {}),
      })),
      config: given.config ?? {},
      ...(given.name === undefined ? {} : { name: given.name }),
    })
    const { results, errors } = await audit({
      image: {
        ...{ reference, stdin: null, platform: null, name: null, verify: false, threads: 0 },
        progress: () => {},
      },
      description: {
        ...{ source: ready.source, dockerfile: null, context: null, target: null },
        arguments: {},
      },
      base: null,
      repositories: [],
      archives: [],
      trust: TRUST_NOBODY,
      policy: given.policy === undefined ? null : parsePolicy('assay.yaml', given.policy),
      lock: null,
      db: join(ready.folder, 'inventory.db'),
      rules: given.rules ?? [],
      at: '2026-01-02T00:00:00Z',
    })
    const [error] = errors
    if (error !== undefined) throw error
    const [result] = results
    if (result === undefined) throw new Error('no image was audited')
    return result
  } finally {
    ready.remove()
  }
}
