// Git repositories made for the tests: fixed authors and dates, so that commit ids never change with the clock.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './engine.ts'

/** A tracked file: its text, or text or bytes with a mode, or a link's target; null takes it away. */
export type TrackedFile =
  | string
  | { readonly content: string | Uint8Array; readonly mode?: number }
  | { readonly link: string }
  | null

/** One commit: what it changes. `branch` starts a branch there and leaves the main one where it is. */
export interface CommitPlan {
  readonly message: string
  readonly files: Readonly<Record<string, TrackedFile>>
  readonly branch?: string
}

/** A repository with its commits, oldest first. */
export interface MadeRepository {
  readonly folder: string
  readonly commits: readonly string[]
}

const authors = ['Ada Lovelace <ada@assay.test>', 'Grace Hopper <grace@assay.test>']

function gitEnvironment(index: number): Readonly<Record<string, string>> {
  const author = authors[index % authors.length] ?? ''
  const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(author) ?? []
  const date = new Date(Date.UTC(2026, 0, 12 + index * 9, 9, 30)).toISOString()
  return {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  }
}

/** Runs git in the folder, away from the user's settings; `index` picks author and date. */
export function git(folder: string, words: readonly string[], index = 0): Promise<string> {
  return run('git', ['-C', folder, ...words], { env: gitEnvironment(index) })
}

/** Writes files below the folder, with the modes that git tracks. */
export function writeFiles(folder: string, files: CommitPlan['files']): void {
  for (const [path, file] of Object.entries(files)) {
    const place = join(folder, path)
    if (file === null) {
      rmSync(place)
      continue
    }
    mkdirSync(dirname(place), { recursive: true })
    if (typeof file !== 'string' && 'link' in file) {
      symlinkSync(file.link, place)
      continue
    }
    writeFileSync(place, typeof file === 'string' ? file : file.content)
    chmodSync(place, typeof file === 'string' ? 0o644 : (file.mode ?? 0o644))
  }
}

/** Makes the repository; its work tree ends at the last commit of the main branch. */
export async function makeRepository(
  folder: string,
  plans: readonly CommitPlan[],
): Promise<MadeRepository> {
  mkdirSync(folder, { recursive: true })
  await git(folder, ['init', '--quiet', '--initial-branch=main'])
  const commits: string[] = []
  for (const [index, plan] of plans.entries()) {
    if (plan.branch !== undefined) await git(folder, ['checkout', '--quiet', '-b', plan.branch])
    writeFiles(folder, plan.files)
    await git(folder, ['add', '--all'])
    await git(folder, ['commit', '--quiet', '--message', plan.message], index)
    commits.push((await git(folder, ['rev-parse', 'HEAD'])).trim())
    if (plan.branch !== undefined) await git(folder, ['checkout', '--quiet', 'main'])
  }
  return { folder, commits }
}
