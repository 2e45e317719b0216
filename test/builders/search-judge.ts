// Audits a case with nothing but a folder of repositories, and says whether the right repository, Dockerfile and
// commit were found.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { runAssay } from './judge.ts'
import type { ImageCase } from './truth.ts'

const reportSchema = z.object({
  description: z
    .object({
      repository: z.string(),
      revision: z.string(),
      dockerfile: z.string(),
      how: z.string(),
    })
    .nullable(),
})

/** What the search said of one case. */
export interface Searched {
  readonly one: ImageCase
  readonly answer: 'right' | 'wrong' | 'not found'
  /** What was wrong, and how the audit came to it. */
  readonly detail: string
}

/** True for cases whose image was built from a Dockerfile of one of the repositories. */
export function isSearchable({ repository, verdict }: ImageCase): boolean {
  return repository !== '' && verdict !== 'unknown'
}

function expectedDockerfile({ words, dockerfile }: ImageCase): string {
  const at = words.indexOf('--context')
  return at === -1 ? dockerfile : join(words[at + 1] ?? '', dockerfile)
}

function judgeSearch(one: ImageCase, stdout: string): Searched {
  const { description } = reportSchema.parse(JSON.parse(stdout))
  if (description === null) return { one, answer: 'not found', detail: '' }
  const { repository, revision, dockerfile, how } = description
  const differences = [
    ['repository', basename(repository), basename(one.repository)],
    ['Dockerfile', dockerfile, expectedDockerfile(one)],
    ['commit', revision.slice(0, 12), one.commit.slice(0, 12)],
  ].flatMap(([name, found, expected]) =>
    found === expected ? [] : [`${name} ${found} instead of ${expected}`],
  )
  const answer = differences.length === 0 ? 'right' : 'wrong'
  return { one, answer, detail: answer === 'right' ? '' : `${differences.join(', ')} (${how})` }
}

/** Searches for the description of every case below the folder; the index of the repositories is made once. */
export function searchAll(cases: readonly ImageCase[], folder: string): readonly Searched[] {
  const home = mkdtempSync(join(tmpdir(), 'assay-search-'))
  const words = ['--repositories', folder, '--json', '--no-policy', '--fail-on', 'never']
  try {
    return cases.filter(isSearchable).map((one) => {
      const db = ['--db', join(home, 'inventory.db')]
      try {
        return judgeSearch(one, runAssay(['audit', one.archive, ...words, ...db]).stdout)
      } catch (thrown) {
        return { one, answer: 'wrong', detail: String(thrown).slice(0, 300) }
      }
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
