// Requests to package managers, found in the words of commands. One file a family of managers.
import {
  type Command,
  type ContextFile,
  type Dockerfile,
  nameOf,
  type PackageRequest,
} from '../../core/index.ts'
import { apk } from './apk.ts'
import { apt } from './apt.ts'
import { cargo } from './cargo.ts'
import { composer } from './composer.ts'
import { conda } from './conda.ts'
import { dotnet } from './dotnet.ts'
import { download } from './download.ts'
import { dpkg } from './dpkg.ts'
import { environmentOf } from './environment.ts'
import { bundle, gem } from './gem.ts'
import { git } from './git.ts'
import { go } from './go.ts'
import { gradle, mvn } from './java.ts'
import type { Reader } from './manager.ts'
import { npm } from './npm.ts'
import { pacman } from './pacman.ts'
import { pip } from './pip.ts'
import { pipx } from './pipx.ts'
import { poetry } from './poetry.ts'
import { uv } from './uv.ts'
import { yum } from './yum.ts'
import { zypper } from './zypper.ts'

const READERS: readonly Reader[] = [
  apt,
  dpkg,
  apk,
  npm,
  pip,
  yum,
  zypper,
  pacman,
  pipx,
  uv,
  poetry,
  conda,
  gem,
  bundle,
  go,
  cargo,
  composer,
  dotnet,
  mvn,
  gradle,
  download,
  git,
]

/** Where commands stand: what ENV sets, and which files are tracked. */
export interface RequestGround {
  readonly dockerfile: Dockerfile
  readonly files: ReadonlyMap<string, ContextFile>
}

/** What commands ask package managers for, in their order; without a ground no lock file is known. */
export function packageRequests(
  commands: readonly Command[],
  ground: RequestGround | null = null,
): PackageRequest[] {
  const names = new Set([...(ground?.files.keys() ?? [])].map(nameOf))
  const tracks = (name: string) => names.has(name)
  const environment = environmentOf(ground?.dockerfile ?? null)
  return [...byInstruction(commands)].flatMap(([instruction, run]) => {
    const outer = environment(instruction)
    return run.flatMap((command, at) => {
      const variable = (name: string) => command.assignments[name] ?? outer(name)
      return requestsOf(command, { commands: run, at, tracks, variable })
    })
  })
}

function byInstruction(commands: readonly Command[]): ReadonlyMap<number, Command[]> {
  const runs = new Map<number, Command[]>()
  for (const command of commands) {
    const run = runs.get(command.instruction)
    if (run === undefined) runs.set(command.instruction, [command])
    else run.push(command)
  }
  return runs
}

const WRAPPERS = /^(?:gradlew|mvnw)$/

function requestsOf(command: Command, around: Parameters<Reader['read']>[1]): PackageRequest[] {
  const { instruction, position, line } = command
  // `sh ./gradlew build`: a script that is told by its name
  const [first = '', second = ''] = command.words
  const start = /^(?:ba|da|a)?sh$/.test(nameOf(first)) && WRAPPERS.test(nameOf(second)) ? 1 : 0
  const words = command.words.slice(start)
  const dynamic = command.dynamic.slice(start)
  if (dynamic[0] === true) return []
  const program = nameOf(words[0] ?? '')
  return READERS.filter((one) => one.reads(program))
    .flatMap((one) => one.read({ words, dynamic }, around))
    .map((ask) => ({ instruction, command: position, line, ...ask }))
}
