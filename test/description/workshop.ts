// Real git repositories for tests, made by the git command in a folder of their own.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** What a file of a repository is: text, or something else about it. */
export type FileContent = string | Buffer | { readonly link: string } | { readonly program: string }

const DATE = '2026-01-02T03:04:05Z'

/** The environment in which tests run git: nothing of the machine's configuration. */
export const GIT_ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'A. Author',
  GIT_AUTHOR_EMAIL: 'author@example.org',
  GIT_AUTHOR_DATE: DATE,
  GIT_COMMITTER_NAME: 'A. Author',
  GIT_COMMITTER_EMAIL: 'author@example.org',
  GIT_COMMITTER_DATE: DATE,
}

/** Runs git and gives its output. */
export function git(root: string, ...words: readonly string[]): string {
  return gitWith(root, words, {})
}

/** Runs git with further variables, or with input. */
export function gitWith(
  root: string,
  words: readonly string[],
  options: { readonly input?: string | Buffer; readonly env?: Readonly<Record<string, string>> },
): string {
  return execFileSync('git', words, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    input: options.input ?? '',
    env: { ...GIT_ENVIRONMENT, ...options.env },
    maxBuffer: 1 << 28,
  })
}

/** A folder that is removed after the test. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'assay-description-'))

  path(name: string): string {
    return join(this.folder, name)
  }

  /** Makes a repository with one commit of these files. */
  repository(name: string, files: Readonly<Record<string, FileContent>>): string {
    const root = this.path(name)
    mkdirSync(root)
    git(root, 'init', '--quiet', '--initial-branch=main')
    this.commit(root, files)
    return root
  }

  /** Writes files and commits all that is there; gives the commit. */
  commit(root: string, files: Readonly<Record<string, FileContent>>): string {
    this.write(root, files)
    git(root, 'add', '--all', '--force')
    git(root, 'commit', '--quiet', '--allow-empty', '--message=change')
    return git(root, 'rev-parse', 'HEAD').trim()
  }

  write(root: string, files: Readonly<Record<string, FileContent>>): void {
    for (const [name, content] of Object.entries(files)) {
      const path = join(root, name)
      mkdirSync(dirname(path), { recursive: true })
      if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(path, content)
      else if ('link' in content) symlinkSync(content.link, path)
      else {
        writeFileSync(path, content.program)
        chmodSync(path, 0o755)
      }
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
