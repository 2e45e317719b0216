// Tracked files that a build tool writes anew beside its work, without being told: each row names the calls.
import { nameOf, parentOf } from '../core/index.ts'
import type { PathNames } from './named-paths.ts'

const NPM = ['npm i', 'npm install', 'npm add', 'npm update', 'npm uninstall', 'npm dedupe']
const NEXT = ['next', 'npx next', 'npm run', 'yarn', 'yarn build', 'pnpm build', 'pnpm run']

/** File name, and the calls that write it again where they are made. */
const REWRITTEN: ReadonlyMap<string, readonly string[]> = new Map([
  ['package-lock.json', NPM],
  ['npm-shrinkwrap.json', [...NPM, 'npm shrinkwrap']],
  ['yarn.lock', ['yarn']],
  ['pnpm-lock.yaml', ['pnpm']],
  ['next-env.d.ts', NEXT],
  ['Gemfile.lock', ['bundle', 'bundler']],
  ['composer.lock', ['composer']],
  ['poetry.lock', ['poetry']],
  ['uv.lock', ['uv']],
  ['Pipfile.lock', ['pipenv']],
  ['Cargo.lock', ['cargo']],
  ['go.mod', ['go']],
  ['go.sum', ['go']],
  ['mix.lock', ['mix']],
])

/** True when a call is made in the file's folder, or above it, that writes such a file again. */
export function writtenAgain(path: string, named: PathNames): boolean {
  const calls = REWRITTEN.get(nameOf(path)) ?? []
  return calls.some((call) => named.runsIn(call, parentOf(path)))
}
