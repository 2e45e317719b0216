// Packages for builds: a proxy on loopback that answers for the public addresses that Dockerfiles name, and
// fetches with the host's own apt and npm. Builds get it as `http_proxy`, a build argument that Docker keeps
// out of history and image, so that no image ever learns where this host has its packages from.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './engine.ts'

/** The running proxy. */
export interface PackageProxy {
  /** `http://127.0.0.1:PORT` */
  readonly address: string
  /** Files given by the tests themselves, by full address: answered before anything is fetched. */
  readonly own: Map<string, Uint8Array>
  stop(): Promise<void>
}

/** Debian's public address, the only one that Dockerfiles and sources lists of these tests name. */
export const debianArchive = 'http://deb.debian.org/debian'
/** npm's public registry, without TLS so that a proxy can answer for it. */
export const npmRegistry = 'http://registry.npmjs.org'

/** Code name of the Debian release that the host runs: the one whose packages its apt can fetch. */
export function hostRelease(): string {
  const text = readFileSync('/etc/os-release', 'utf8')
  const name = /^VERSION_CODENAME=(\S+)$/m.exec(text)?.[1]
  if (name === undefined) throw new Error('the host is no Debian: no VERSION_CODENAME')
  return name
}

/** Address, without a trailing slash, under which the host's apt has this Debian release. */
async function hostArchive(): Promise<string> {
  const format = '$(ORIGIN) $(CODENAME) $(REPO_URI)'
  const rows = (await run('apt-get', ['indextargets', '--format', format])).split('\n')
  const row = rows.find((line) => line.startsWith(`Debian ${hostRelease()} `))
  const address = row?.split(' ')[2]
  if (address === undefined) throw new Error('run `apt-get update` first: apt knows no Debian')
  return address.replace(/\/$/, '')
}

/** A package of the host's Debian release. */
export interface DebianPackage {
  readonly name: string
  readonly version: string
  /** Public address of its file. */
  readonly address: string
  readonly sha256: string
}

/** The package as the release itself has it (never an update suite: the tests' sources lists have none). */
export async function debianPackage(name: string): Promise<DebianPackage> {
  const rows = (await run('apt-cache', ['madison', name])).split('\n')
  const row = rows.find((line) => line.includes(` ${hostRelease()}/main `))
  const version = row?.split('|')[1]?.trim()
  if (version === undefined) throw new Error(`apt has no ${name} in ${hostRelease()}`)
  const record = await run('apt-cache', ['show', '--no-all-versions', `${name}=${version}`])
  const file = /^Filename: (\S+)$/m.exec(record)?.[1]
  const sha256 = /^SHA256: (\S+)$/m.exec(record)?.[1]
  if (file === undefined || sha256 === undefined) throw new Error(`apt knows no file of ${name}`)
  return { name, version, address: `${debianArchive}/${file}`, sha256 }
}

/** Version of the release's Python as folders are named after it: `3.11`. */
export async function pythonVersion(): Promise<string> {
  const { version } = await debianPackage('python3')
  return /^\d+\.\d+/.exec(version)?.[0] ?? version
}

class Fetcher {
  readonly #folder: string
  readonly #held = new Map<string, Promise<Uint8Array | null>>()
  #archive: Promise<string> | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  get(address: string): Promise<Uint8Array | null> {
    const known = this.#held.get(address)
    if (known !== undefined) return known
    const answer = this.#fetch(address, join(this.#folder, String(this.#held.size)))
    this.#held.set(address, answer)
    return answer
  }

  async #fetch(address: string, file: string): Promise<Uint8Array | null> {
    try {
      if (address.startsWith(`${debianArchive}/`)) return await this.#fromApt(address, file)
      if (address.startsWith(`${npmRegistry}/`)) return await this.#fromNpm(address, file)
    } catch {
      // Not there: apt and npm ask for several names and live with a 404 for most of them.
    }
    return null
  }

  async #fromApt(address: string, file: string): Promise<Uint8Array> {
    this.#archive ??= hostArchive()
    const real = (await this.#archive) + address.slice(debianArchive.length)
    const sandbox = ['-o', 'APT::Sandbox::User=root']
    await run('/usr/lib/apt/apt-helper', [...sandbox, 'download-file', real, file])
    return readFileSync(file)
  }

  /** `/NAME/-/FILE-VERSION.tgz`, by `npm pack` with the host's registry and certificates. */
  async #fromNpm(address: string, file: string): Promise<Uint8Array | null> {
    const found = /^\/((?:@[^/]+\/)?[^/]+)\/-\/[^/]+?-(\d[^/]*)\.tgz$/.exec(
      address.slice(npmRegistry.length),
    )
    if (found === null) return null
    const folder = mkdtempSync(`${file}-`)
    await run('npm', ['pack', `${found[1]}@${found[2]}`, '--pack-destination', folder], {
      cwd: folder,
    })
    const name = readdirSync(folder).find((entry) => entry.endsWith('.tgz'))
    return name === undefined ? null : readFileSync(join(folder, name))
  }
}

/** Starts the proxy; it answers on loopback only. */
export async function startPackageProxy(): Promise<PackageProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-packages-'))
  const fetcher = new Fetcher(folder)
  const own = new Map<string, Uint8Array>()
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const address = decodeURI(request.url ?? '')
    const bytes = own.get(address) ?? (await fetcher.get(address))
    // pip reads an index page only when it is called one.
    const type = address.endsWith('/') ? 'text/html' : 'application/octet-stream'
    const headers = { 'content-length': bytes?.length ?? 0, 'content-type': type }
    response.writeHead(bytes === null ? 404 : 200, headers)
    response.end(request.method === 'HEAD' ? undefined : (bytes ?? undefined))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the proxy has no port')
  return {
    address: `http://127.0.0.1:${bound.port}`,
    own,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Build arguments that lead a build to the proxy. Docker knows these names and records none of them. */
export function proxyArguments(proxy: PackageProxy): Readonly<Record<string, string>> {
  return { http_proxy: proxy.address, HTTP_PROXY: proxy.address }
}

/** Downloads Debian packages with the host's apt into the folder. */
export async function downloadDebs(names: readonly string[], folder: string): Promise<void> {
  await run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', ...names], { cwd: folder })
}
