// A current BuildKit: buildkitd with a folder, a socket and a registry of its own, driven by buildctl. Its
// steps use the host's network, on which nothing but the package proxy answers them.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDaemon } from './daemon.ts'
import { run, unmountBelow } from './engine.ts'
import { makerProgram } from './makers/programs.ts'
import { Registry } from './makers/registry.ts'
import { type PackageProxy, proxyArguments } from './packages.ts'

/** What one build takes. */
export interface KitBuild {
  /** Folder, or the address of a git repository with `#revision`. */
  readonly context: string
  /** Exporter with its options, without `dest`: `type=oci,compression=zstd`. */
  readonly exporter: string
  readonly output: string
  /** Frontend options: `attest:provenance=mode=max`, `build-arg:X=1`, `target=debug`, `filename=…`. */
  readonly options?: readonly string[]
  /** More words for buildctl. */
  readonly words?: readonly string[]
}

/** The running BuildKit. */
export interface Kit {
  readonly registry: Registry
  build(request: KitBuild): Promise<void>
  stop(): Promise<void>
}

async function build(socket: string, proxy: PackageProxy, request: KitBuild): Promise<void> {
  const isFolder = existsSync(request.context)
  const locals = ['context', 'dockerfile'].flatMap((name) => [
    '--local',
    `${name}=${request.context}`,
  ])
  const options = [
    'force-network-mode=host',
    ...Object.entries(proxyArguments(proxy)).map(([name, value]) => `build-arg:${name}=${value}`),
    ...(isFolder ? [] : [`context=${request.context}`]),
    ...(request.options ?? []),
  ]
  rmSync(request.output, { recursive: true, force: true })
  await run(makerProgram('buildctl'), [
    ...['--addr', socket, 'build', '--progress', 'plain', '--frontend', 'dockerfile.v0'],
    ...['--allow', 'network.host', ...(isFolder ? locals : [])],
    ...options.flatMap((option) => ['--opt', option]),
    ...['--output', `${request.exporter},dest=${request.output}`, ...(request.words ?? [])],
  ])
}

/** Starts BuildKit and its registry. */
export async function startKit(proxy: PackageProxy): Promise<Kit> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-buildkit-'))
  const registry = await Registry.start()
  const socket = `unix://${join(folder, 'socket')}`
  const settings = `[registry."assay.test"]
  mirrors = ["${registry.host}"]
[registry."${registry.host}"]
  http = true
`
  writeFileSync(join(folder, 'buildkitd.toml'), settings)
  const daemon = await startDaemon({
    program: makerProgram('buildkitd'),
    words: [
      ...['--config', join(folder, 'buildkitd.toml'), '--root', join(folder, 'root')],
      ...['--addr', socket, '--oci-worker=true', '--containerd-worker=false'],
      ...['--oci-worker-net=host', '--allow-insecure-entitlement=network.host'],
    ],
    log: join(folder, 'log'),
    env: { ...proxyArguments(proxy), NO_PROXY: registry.host, no_proxy: registry.host },
    isReady: async () => {
      try {
        await run(makerProgram('buildctl'), ['--addr', socket, 'debug', 'workers'])
        return true
      } catch {
        return false
      }
    },
  })
  return {
    registry,
    build: (request) => build(socket, proxy, request),
    async stop() {
      await daemon.stop()
      await registry.stop()
      unmountBelow(folder)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
