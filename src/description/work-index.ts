// What git's index remembers of files as it last saw them, so that unchanged ones need not be read
// (gitformat-index(5); racy-git: an entry as young as the index itself proves nothing).
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { decodeName } from '../core/index.ts'
import { type Repository, runGit } from './git/index.ts'

/** How a file was when git last looked at it. */
export interface SeenFile {
  readonly blob: string
  /** Nanoseconds since 1970. */
  readonly modified: bigint
  readonly changed: bigint
  readonly inode: bigint
  readonly size: bigint
}

/** Files of the index by path; none when it is not there or cannot be read. */
export async function readSeenFiles(
  repository: Repository,
): Promise<ReadonlyMap<string, SeenFile>> {
  const written = indexTime(repository)
  if (written === null) return new Map()
  const command = ['ls-files', '-z', '--stage', '--debug', '--full-name']
  const { code, output } = await runGit(repository.place, command)
  if (code !== 0) return new Map()
  const seen = new Map<string, SeenFile>()
  for (const { path, file } of entries(output)) if (file.modified < written) seen.set(path, file)
  return seen
}

function indexTime(repository: Repository): bigint | null {
  try {
    return lstatSync(join(repository.place.gitDir, 'index'), { bigint: true }).mtimeNs
  } catch {
    return null
  }
}

const LINES = 5
const STATS =
  /^ {2}ctime: (\d+):(\d+)\n {2}mtime: (\d+):(\d+)\n {2}dev: \d+\tino: (\d+)\n.*\n {2}size: (\d+)\t/

/** `100644 <blob> 0<tab>path<nul>` and five lines of numbers; ends at the first thing that is not that. */
function* entries(output: Buffer): Iterable<{ path: string; file: SeenFile }> {
  let at = 0
  while (at < output.length) {
    const tab = output.indexOf(9, at)
    const nul = output.indexOf(0, at)
    let end = nul + 1
    for (let line = 0; line < LINES && end > 0; line += 1) end = output.indexOf(10, end) + 1
    if (tab < 0 || nul < 0 || end <= 0) return
    const head = /^\d+ ([0-9a-f]{40}) (\d)$/.exec(output.toString('latin1', at, tab))
    const stats = STATS.exec(output.toString('latin1', nul + 1, end))
    if (head === null || stats === null) return
    const [changed, changedNs, modified, modifiedNs, inode, size] = stats.slice(1).map(BigInt)
    const path = decodeName(output.subarray(tab + 1, nul))
    if (head[2] === '0' && size !== undefined && inode !== undefined) {
      const nanoseconds = (seconds = 0n, rest = 0n) => seconds * 1_000_000_000n + rest
      const file: SeenFile = {
        blob: head[1] ?? '',
        modified: nanoseconds(modified, modifiedNs),
        changed: nanoseconds(changed, changedNs),
        inode,
        size,
      }
      yield { path, file }
    }
    at = end
  }
}
