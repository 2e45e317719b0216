// kaniko in a root file system of its own: it unpacks images into `/` and empties it first, so it runs in a
// chroot with private mounts and a private /proc, and sees nothing of the host's files.
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../engine.ts'
import { makerProgram } from './programs.ts'

/** One build by kaniko. */
export interface KanikoBuild {
  readonly context: string
  /** Where the docker archive goes; its folder has to be there. */
  readonly archive: string
  /** More words: `--single-snapshot`, `--reproducible`, `--build-arg=A=b`, `--insecure-pull`, … */
  readonly words?: readonly string[]
}

/** Builds the context's Dockerfile. Images of FROM come from registries; a local one is served by `Registry`. */
export async function buildWithKaniko(build: KanikoBuild): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'assay-kaniko-'))
  const inside = join(home, 'kaniko')
  try {
    for (const name of ['kaniko', 'proc', 'dev', 'tmp', 'etc']) mkdirSync(join(home, name))
    cpSync(makerProgram('executor'), join(inside, 'executor'))
    cpSync(build.context, join(inside, 'context'), { recursive: true, verbatimSymlinks: true })
    writeFileSync(join(home, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
    writeFileSync(join(home, 'etc/group'), 'root:x:0:\n')
    writeFileSync(join(home, 'etc/hosts'), '127.0.0.1 localhost\n')
    await run('unshare', [
      ...['--mount', '--pid', '--fork', '--propagation', 'private', 'sh', '-c'],
      // Between stages kaniko empties `/` but for what is mounted: so /dev is a mount of its own.
      'mount -t proc proc "$1/proc" && mount -t tmpfs dev "$1/dev" && mknod -m 666 "$1/dev/null" c 1 3 && exec chroot "$@"',
      ...['sh', home, '/kaniko/executor', '--force', '--no-push', '--verbosity=warn'],
      ...['--context=dir:///kaniko/context', '--destination=assay.test/made:latest'],
      ...['--tar-path=/kaniko/made.tar', ...(build.words ?? [])],
    ])
    renameSync(join(inside, 'made.tar'), build.archive)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
