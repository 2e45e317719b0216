// Asks a real Docker engine what it makes of a case of the overlay corpus: load the image, make a container
// that is never started, export its tree. Metadata compared is mode and owner; layers cannot be seen from outside.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { extract, type Header } from 'tar-stream'
import { writeDockerArchive } from '../support/image.ts'
import { type Described, described, membersOf, type OverlayCase } from '../support/overlay-cases.ts'

const run = promisify(execFile)

/** How to reach an engine: the client program and its `-H` argument. */
export interface EngineAddress {
  readonly client: string
  readonly host: string
}

// what making a container puts into any tree
const OWN = /^(\.dockerenv|dev|proc|sys|etc)(\/|$)/

/** Version and storage driver, as the cases record them. */
export async function engineName(engine: EngineAddress): Promise<string> {
  const { stdout } = await run(engine.client, [
    ...['-H', engine.host, 'info', '--format', '{{.ServerVersion}} {{.Driver}}'],
  ])
  return `docker ${stdout.trim().replace(/\+\S*/, '')}`
}

/** `agrees`, `refuses: …` or `differs: …` with every path that the engine sees otherwise. */
export async function askEngine(engine: EngineAddress, overlayCase: OverlayCase): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-overlay-'))
  const name = `assay-overlay:${overlayCase.name}`
  const docker = (...args: string[]) => run(engine.client, ['-H', engine.host, ...args])
  try {
    const layers = overlayCase.layers.map((layer) => ({ members: membersOf(layer) }))
    const file = await writeDockerArchive(join(folder, 'image.tar'), { layers, name })
    await docker('load', '--quiet', '--input', file)
    const { stdout } = await docker('create', '--network=none', name, '/nothing')
    const tree = await exportedTree(engine, stdout.trim())
    await docker('rm', '--force', stdout.trim())
    return differences(overlayCase, tree)
  } catch (error) {
    return `refuses: ${reasonOf(error)}`
  } finally {
    await docker('rmi', '--force', name).catch(() => undefined)
    rmSync(folder, { recursive: true })
  }
}

function reasonOf(thrown: unknown): string {
  const text =
    thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr) : String(thrown)
  const answer = text.trim().split(/\s+/).join(' ')
  return answer.replace(/\/\S*\/(diff|vfs\/dir\/\w+)\//g, '…/').replace(/ stdout: stderr: /, ' ')
}

async function exportedTree(
  engine: EngineAddress,
  container: string,
): Promise<Map<string, Described>> {
  const child = spawn(engine.client, ['-H', engine.host, 'export', container])
  const tree = new Map<string, Described>()
  const archive = extract()
  child.stdout.pipe(archive)
  for await (const entry of archive) {
    const path = entry.header.name.replace(/^\.?\//, '').replace(/\/$/, '')
    const content = await buffer(entry)
    if (path === '' || OWN.test(path)) continue
    const linked = tree.get(entry.header.linkname ?? '')
    tree.set(path, entry.header.type === 'link' && linked ? linked : plain(entry.header, content))
  }
  return tree
}

function plain(header: Header, content: Buffer): Described {
  const mode = ((header.mode ?? 0) & 0o7777).toString(8)
  const owner = `${header.uid ?? 0}:${header.gid ?? 0}`
  const kind = header.type ?? 'file'
  if (kind === 'file') return { kind, value: content.toString(), mode, owner }
  if (kind === 'symlink') return { kind, value: header.linkname ?? '', mode, owner }
  if (kind === 'character-device')
    return { kind, value: `${header.devmajor}:${header.devminor}`, mode, owner }
  return { kind, value: '', mode, owner }
}

function differences(overlayCase: OverlayCase, tree: ReadonlyMap<string, Described>): string {
  const found: string[] = []
  for (const path of [...new Set([...tree.keys(), ...Object.keys(overlayCase.tree)])].sort()) {
    const expected = overlayCase.tree[path]
    const seen = tree.get(path)
    const shown = shape(seen)
    if (shown !== shape(expected && described(expected))) found.push(`${path} is ${shown}`)
  }
  return found.length === 0 ? 'agrees' : `differs: ${found.join('; ')}`
}

function shape(node: Described | undefined): string {
  if (node === undefined) return 'absent'
  const mode = node.kind === 'symlink' ? '' : ` ${node.mode}`
  const owner = node.owner === '0:0' ? '' : ` ${node.owner}`
  return `${node.kind}${node.value === '' ? '' : ` "${node.value}"`}${mode}${owner}`
}
