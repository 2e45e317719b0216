// A git bundle, unpacked into a private bare repository that is removed at close and at exit
// (git-bundle(1), gitformat-bundle(5)).
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { messageOf, sourceError } from '../../core/index.ts'
import { type GitPlace, killRunningGit, runGit } from './run.ts'

/**
 * True for a file that begins as bundles do.
 * @throws AssayError `source` when it cannot be read.
 */
export function isBundle(path: string): boolean {
  const head = Buffer.alloc(16)
  const file = attempt(path, () => openSync(path, 'r'))
  try {
    const length = readSync(file, head, 0, head.length, 0)
    return /^# v[23] git bundle\n/.test(head.toString('latin1', 0, length))
  } finally {
    closeSync(file)
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw sourceError(`the bundle cannot be read: ${messageOf(cause)}`, { where: path, cause })
  }
}

/** Keeps the HEAD of a bundle that no branch of it names. */
export const BUNDLE_HEAD = 'refs/bundle/HEAD'

/** An unpacked bundle. */
export interface OpenBundle {
  readonly place: GitPlace
  remove(): void
}

const left = new Set<string>()
let watching = false

function removeAtExit(folder: string): void {
  left.add(folder)
  if (watching) return
  watching = true
  process.once('exit', () => {
    killRunningGit()
    for (const one of left) removeAtLast(one)
  })
}

const ATTEMPTS = 10
/** Milliseconds in which a git that was killed has ended. */
const PAUSE = 10

/** A git that was killed may still be writing into the folder: removed until it stays away, and no error at the end. */
function removeAtLast(folder: string): void {
  const clock = new Int32Array(new SharedArrayBuffer(4))
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // What is left is a private temporary folder, and the next attempt may do better.
    }
    Atomics.wait(clock, 0, 0, PAUSE)
    if (!existsSync(folder)) return
  }
}

/** Unpacks a bundle. */
export async function unpackBundle(path: string, programPath: string): Promise<OpenBundle> {
  const folder = attempt(path, () => mkdtempSync(join(tmpdir(), 'assay-bundle-')))
  removeAtExit(folder)
  const place: GitPlace = { gitDir: folder, workTree: null, programPath }
  const remove = () => {
    rmSync(folder, { recursive: true, force: true })
    left.delete(folder)
  }
  try {
    await expectGit(place, ['init', '--quiet', '--bare', '--template='], '', path)
    const listed = await expectGit(place, ['bundle', 'unbundle', resolve(path)], '', path)
    await writeReferences(place, listed.toString('utf8'), path)
    return { place, remove }
  } catch (thrown) {
    remove()
    throw thrown
  }
}

async function expectGit(
  place: GitPlace,
  command: readonly string[],
  input: string,
  path: string,
): Promise<Buffer> {
  const { code, output, complaint } = await runGit(place, command, input)
  if (code === 0) return output
  throw sourceError(`the bundle cannot be read: ${complaint}`, {
    where: path,
    hint: 'a bundle must hold whole histories: make it with git bundle create FILE --all',
  })
}

async function writeReferences(place: GitPlace, listed: string, path: string): Promise<void> {
  const branches = new Map<string, string>()
  let head = ''
  let commands = ''
  for (const line of listed.split('\n')) {
    const match = /^([0-9a-f]{40}) (\S+)$/.exec(line)
    const [, id, name] = match ?? []
    if (id === undefined || name === undefined) continue
    if (name === 'HEAD') {
      head = id
      commands += `create ${BUNDLE_HEAD} ${id}\n`
    }
    if (name.startsWith('refs/')) commands += `create ${name} ${id}\n`
    if (name.startsWith('refs/heads/') && !branches.has(id)) branches.set(id, name)
  }
  await expectGit(place, ['update-ref', '--no-deref', '--stdin'], commands, path)
  // a bundle without HEAD that holds one branch can mean only that branch
  const only = branches.size === 1 ? [...branches.keys()][0] : undefined
  const start = head === '' ? only : head
  if (start === undefined) return
  const branch = branches.get(start)
  const command =
    branch === undefined
      ? ['update-ref', '--no-deref', 'HEAD', start]
      : ['symbolic-ref', 'HEAD', branch]
  await expectGit(place, command, '', path)
}
