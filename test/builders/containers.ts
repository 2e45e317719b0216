// The tools of the containers project (buildah, podman, skopeo) with a storage of their own: no daemon, no
// runtime, no user session. Needs root; everything they made is gone after `stop`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunOptions, run, unmountBelow } from './engine.ts'

/** What one `buildah build` takes. */
export interface ContainersBuild {
  readonly context: string
  readonly tag: string
  /** One layer for the whole build (`--layers=false`), as buildah does unless it is told otherwise. */
  readonly oneLayer?: boolean
  readonly arguments?: Readonly<Record<string, string>>
  /** More words: `--timestamp`, `--file`, … */
  readonly words?: readonly string[]
  /** `podman build` instead of `buildah build`. */
  readonly podman?: boolean
}

/** Why these tools cannot be used here; null when they can. */
export function containersMissing(): string | null {
  for (const tool of ['buildah', 'podman', 'skopeo']) {
    const found = spawnSync(tool, ['--version'])
    if (found.error !== undefined || found.status !== 0) return `no ${tool} (Debian: ${tool})`
  }
  return null
}

/** The tools, with their storage. */
export class Containers {
  readonly #folder: string
  readonly #environment: Readonly<Record<string, string>>

  /** `driver` is `overlay`, or `vfs` where the host cannot stack file systems; `proxy` serves RUN steps. */
  constructor(driver: 'overlay' | 'vfs', proxy: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'assay-containers-'))
    const settings = `[storage]
driver = "${driver}"
runroot = "${join(this.#folder, 'run')}"
graphroot = "${join(this.#folder, 'graph')}"
`
    writeFileSync(join(this.#folder, 'storage.conf'), settings)
    writeFileSync(this.#policy, '{ "default": [{ "type": "insecureAcceptAnything" }] }\n')
    this.#environment = {
      CONTAINERS_STORAGE_CONF: join(this.#folder, 'storage.conf'),
      TMPDIR: this.#folder,
      http_proxy: proxy,
      HTTP_PROXY: proxy,
    }
  }

  get #policy(): string {
    return join(this.#folder, 'policy.json')
  }

  #run(program: string, words: readonly string[], options: RunOptions = {}): Promise<string> {
    return run(program, words, { ...options, env: { ...this.#environment, ...options.env } })
  }

  /** Runs buildah and gives its standard output. */
  async buildah(words: readonly string[], options?: RunOptions): Promise<string> {
    return (await this.#run('buildah', words, options)).trim()
  }

  /** Runs podman and gives its standard output; containers are made and committed, never started. */
  async podman(words: readonly string[], options?: RunOptions): Promise<string> {
    const own = ['--cgroup-manager=cgroupfs', '--events-backend=none']
    const folder = ['--tmpdir', join(this.#folder, 'podman')]
    return (await this.#run('podman', [...own, ...folder, ...words], options)).trim()
  }

  /** Copies an image between the places that skopeo knows (`docker-archive:…`, `oci:…`, `containers-storage:…`). */
  async copy(from: string, to: string, words: readonly string[] = []): Promise<void> {
    const policy = ['--policy', this.#policy]
    await this.#run('skopeo', [...policy, 'copy', '--quiet', ...words, from, to])
  }

  /** Has the image of a docker archive in the storage under this name. */
  load(archive: string, name: string): Promise<void> {
    return this.copy(`docker-archive:${archive}`, `containers-storage:${name}`)
  }

  /** Writes an image of the storage as a docker archive. */
  save(name: string, archive: string): Promise<void> {
    // skopeo changes no archive that is there already.
    rmSync(archive, { force: true })
    return this.copy(`containers-storage:${name}`, `docker-archive:${archive}:${name}`)
  }

  /** Builds without a runtime: RUN steps run in a chroot. */
  async build(request: ContainersBuild): Promise<void> {
    const tool = request.podman === true ? this.podman.bind(this) : this.buildah.bind(this)
    const pairs = Object.entries(request.arguments ?? {})
    await tool([
      // Its cache of layers takes a step with another build argument for the same one.
      ...['build', '--isolation=chroot', '--network=host', '--pull=never', '--no-cache'],
      ...['--signature-policy', this.#policy, `--layers=${request.oneLayer !== true}`],
      ...pairs.flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      ...(request.words ?? []),
      ...['--tag', request.tag, request.context],
    ])
  }

  /** Unmounts and removes everything. */
  stop(): void {
    unmountBelow(this.#folder)
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
