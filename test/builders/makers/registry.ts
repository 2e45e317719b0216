// A registry on a loopback port for one run: what ko, kaniko and BuildKit take their base images from.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../engine.ts'
import { makerProgram } from './programs.ts'

/** A running registry. */
export class Registry {
  readonly host: string
  readonly #server: ChildProcess
  readonly #folder: string

  private constructor(host: string, server: ChildProcess, folder: string) {
    this.host = host
    this.#server = server
    this.#folder = folder
  }

  /** Starts one on a free port. */
  static async start(): Promise<Registry> {
    const host = `127.0.0.1:${await freePort()}`
    const folder = mkdtempSync(join(tmpdir(), 'assay-registry-'))
    const words = ['registry', 'serve', '--address', host, '--disk', folder]
    const server = spawn(makerProgram('crane'), words, { stdio: 'ignore' })
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (server.exitCode !== null) break
      const answer = await fetch(`http://${host}/v2/`).catch(() => null)
      if (answer?.ok === true) return new Registry(host, server, folder)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
    throw new Error('the registry did not start')
  }

  /** Pushes a docker archive and gives the reference by digest. */
  async push(archive: string, name: string): Promise<string> {
    const said = await run(makerProgram('crane'), ['push', archive, `${this.host}/${name}`])
    return said.trim().split('\n').at(-1) ?? ''
  }

  /** Ends it, with all that was pushed. */
  async stop(): Promise<void> {
    const gone = once(this.#server, 'exit')
    this.#server.kill('SIGTERM')
    await gone
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
