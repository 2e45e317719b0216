// Brings image makers into .cache/makers/bin at pinned versions, compiled by this host's Go from the Go module
// proxy, for `npm run corpus`. Prints a line a maker; one that cannot be had is named with what the client said.
// Those of which a proxy is known to refuse the sources are asked for by name only.
// Jib is a Maven plug-in, fetched by its own build. Debian has umoci, buildah, podman, skopeo and runc.
//
//   node scripts/fetch-makers.mjs [NAME…]
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = join(root, '.cache', 'makers')
const bin = join(folder, 'bin')

const makers = [
  {
    name: 'buildkit',
    module: 'github.com/moby/buildkit',
    version: 'v0.34.2',
    packages: ['cmd/buildctl', 'cmd/buildkitd'],
    // without it every attestation and `--version` says v0.0.0
    stamp: 'github.com/moby/buildkit/version.Version',
  },
  {
    name: 'kaniko',
    module: 'github.com/GoogleContainerTools/kaniko',
    version: 'v1.23.2',
    packages: ['cmd/executor'],
    stamp: 'github.com/GoogleContainerTools/kaniko/pkg/version.version',
  },
  {
    name: 'ko',
    module: 'github.com/google/ko',
    version: 'v0.19.1',
    packages: [''],
    stamp: 'github.com/google/ko/pkg/commands.Version',
  },
  {
    name: 'crane',
    module: 'github.com/google/go-containerregistry',
    version: 'v0.22.1',
    packages: ['cmd/crane'],
    stamp: 'github.com/google/go-containerregistry/cmd/crane/cmd.Version',
  },
  {
    name: 'cosign',
    module: 'github.com/sigstore/cosign/v3',
    version: 'v3.1.3',
    packages: ['cmd/cosign'],
    stamp: '',
  },
  {
    name: 'apko',
    module: 'chainguard.dev/apko',
    version: 'v0.30.2',
    packages: [''],
    stamp: '',
    byName: true,
  },
  {
    name: 'lifecycle',
    module: 'github.com/buildpacks/lifecycle',
    version: 'v0.20.0',
    packages: ['cmd/lifecycle', 'cmd/launcher'],
    stamp: 'github.com/buildpacks/lifecycle/cmd.Version',
    byName: true,
  },
]

const wanted = new Set(process.argv.slice(2))
for (const { name } of makers) wanted.delete(name)
if (wanted.size > 0) {
  console.error(`no maker is called ${[...wanted].join(' or ')}`)
  process.exit(2)
}
const asked = process.argv.slice(2)
let failed = 0
for (const maker of makers) {
  if (asked.length > 0 ? !asked.includes(maker.name) : maker.byName === true) continue
  try {
    console.log(`${maker.name} ${maker.version}: ${build(maker)}`)
  } catch (error) {
    failed += 1
    console.log(`${maker.name} ${maker.version}: not to be had: ${reasonOf(error)}`)
  }
}
if (failed > 0 && asked.length > 0) process.exit(1)

/** The last line of what Go said, without addresses; `mod download -json` says it on standard output. */
function reasonOf({ stdout = '', stderr = '', message }) {
  const told = /"Error": (".*")/.exec(stdout)?.[1]
  const said = told === undefined ? stderr.trim() || message : JSON.parse(told)
  return said
    .replace(/https?:\/\/\S+/g, 'URL')
    .split('\n')
    .at(-1)
}

/** Compiles what is not there yet, in a module of its own, and says which. */
function build({ name, module, version, packages, stamp }) {
  const mark = join(folder, name, 'version')
  const programs = packages.map((path) => (path === '' ? name : path.split('/').at(-1)))
  const isThere =
    existsSync(mark) &&
    readFileSync(mark, 'utf8') === version &&
    programs.every((program) => existsSync(join(bin, program)))
  if (isThere) return `${programs.join(', ')} (there already)`
  const own = join(folder, name)
  rmSync(own, { recursive: true, force: true })
  mkdirSync(own, { recursive: true })
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(own, 'go.mod'), `module makers.invalid/${name}\n\ngo 1.24\n`)
  const go = (...words) =>
    execFileSync('go', words, {
      cwd: own,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' },
    })
  const downloaded = JSON.parse(go('mod', 'download', '-json', `${module}@${version}`))
  // `go install` refuses a module with replacements or exclusions; as our own they hold
  const upstream = JSON.parse(go('mod', 'edit', '-json', downloaded.GoMod))
  go('mod', 'edit', `-require=${module}@${version}`, ...rulesOf(upstream))
  const flags = stamp === '' ? '-s -w' : `-s -w -X ${stamp}=${version}`
  for (const path of packages) {
    const wanted = path === '' ? module : `${module}/${path}`
    go('build', '-trimpath', `-ldflags=${flags}`, '-o', `${bin}/`, wanted)
  }
  writeFileSync(mark, version)
  return programs.join(', ')
}

function rulesOf({ Exclude, Replace }) {
  const named = ({ Path, Version }) => (Version === undefined ? Path : `${Path}@${Version}`)
  return [
    ...(Exclude ?? []).map((row) => `-exclude=${named(row)}`),
    ...(Replace ?? []).map((row) => `-replace=${named(row.Old)}=${named(row.New)}`),
  ]
}
