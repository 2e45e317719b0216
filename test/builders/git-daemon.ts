// A git server on loopback, for builders that take their context from a git address.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Daemon, freePort, startDaemon } from './daemon.ts'
import { run } from './engine.ts'

/** A running git server. */
export interface GitServer extends Daemon {
  /** Address of the repository with this name. */
  readonly address: (name: string) => string
}

/** Serves the repositories below the folder by the git protocol. */
export async function startGit(folder: string, known: string): Promise<GitServer> {
  const port = await freePort()
  const logs = mkdtempSync(join(tmpdir(), 'assay-git-'))
  const address = (name: string): string => `git://127.0.0.1:${port}/${name}/.git`
  const words = ['daemon', '--export-all', '--reuseaddr', `--base-path=${folder}`]
  const daemon = await startDaemon({
    program: 'git',
    words: [...words, '--listen=127.0.0.1', `--port=${port}`, folder],
    log: join(logs, 'log'),
    isReady: () =>
      run('git', ['ls-remote', address(known)]).then(
        () => true,
        () => false,
      ),
  })
  return {
    address,
    async stop() {
      await daemon.stop()
      rmSync(logs, { recursive: true, force: true })
    },
  }
}
