// Edits a running container by hand, as people do, and commits it.
import type { Engine } from './engine.ts'
import { type PackageProxy, proxyArguments } from './packages.ts'

/** What is done to a container, and how it is committed. */
export interface HandWork {
  readonly from: string
  readonly to: string
  /** Shell commands, run one by one as root. */
  readonly commands: readonly string[]
  /** `docker commit --change` texts. */
  readonly changes: readonly string[]
  readonly message: string
  /** Command of the container while it is edited, where the image's own does not stay up. */
  readonly command?: readonly string[]
}

/** Starts the image, runs the commands in it, commits it under the new name. */
export async function editAndCommit(
  engine: Engine,
  proxy: PackageProxy,
  work: HandWork,
): Promise<void> {
  const started = ['run', '--detach', '--network=host', work.from, ...(work.command ?? [])]
  const container = (await engine.docker(started)).trim()
  try {
    const environment = Object.entries(proxyArguments(proxy)).flatMap(([name, value]) => [
      '--env',
      `${name}=${value}`,
    ])
    for (const command of work.commands)
      await engine.docker([
        ...['exec', '--user', '0', ...environment, container],
        ...['sh', '-c', `set -e; ${command}`],
      ])
    const changes = work.changes.flatMap((change) => ['--change', change])
    const author = ['--author', 'Operations <ops@assay.test>', '--message', work.message]
    await engine.docker(['commit', ...author, ...changes, container, work.to])
  } finally {
    await engine.docker(['rm', '--force', container])
  }
}
