// Options of the programs that build images: which take a value, so that what is left is the context
// (docker buildx build, docker build, podman build, buildah build, kaniko: their reference pages).
import type { Value } from './value.ts'

const WITH_VALUE = new Set([
  ...['add-host', 'allow', 'annotation', 'attest', 'authfile', 'build-arg', 'build-context'],
  ...['builder', 'cache-from', 'cache-to', 'cache-ttl', 'call', 'cap-add', 'cap-drop'],
  ...['cert-dir', 'cgroup-parent', 'context', 'cpp-flag', 'cpu-period', 'cpu-quota', 'cpu-shares'],
  ...['cpuset-cpus', 'cpuset-mems', 'creds', 'decryption-key', 'device', 'dns', 'dns-option'],
  ...['dns-search', 'env', 'file', 'format', 'from', 'group-add', 'hooks-dir'],
  ...['ignorefile', 'iidfile', 'isolation', 'jobs', 'label', 'layer-label', 'logfile', 'manifest'],
  ...['memory', 'memory-swap', 'metadata-file', 'network', 'no-cache-filter', 'os', 'os-feature'],
  ...['os-version', 'output', 'pid', 'platform', 'progress', 'provenance', 'retry', 'retry-delay'],
  ...['runtime', 'runtime-flag', 'sbom', 'secret', 'security-opt', 'shm-size', 'sign-by', 'ssh'],
  ...['tag', 'target', 'timestamp', 'ulimit', 'unsetenv', 'userns', 'uts', 'variant', 'volume'],
  ...['build-arg-file', 'arch', 'set', 'project-directory', 'project-name', 'profile', 'env-file'],
  // kaniko
  ...['dockerfile', 'destination', 'context-sub-path', 'digest-file', 'verbosity', 'cache-dir'],
  ...['cache-repo', 'custom-platform', 'git', 'ignore-path', 'image-name-with-digest-file'],
  ...['log-format', 'registry-mirror', 'snapshot-mode', 'tar-path', 'oci-layout-path'],
])

/** Short options that take a value, by letter. */
export type ShortOptions = Readonly<Record<string, string>>

export const ENGINE_OPTIONS: ShortOptions = {
  t: 'tag',
  f: 'file',
  o: 'output',
  m: 'memory',
  c: 'cpu-shares',
  v: 'volume',
  e: 'env',
}
export const KANIKO_OPTIONS: ShortOptions = { c: 'context', d: 'destination', f: 'dockerfile' }
export const COMPOSE_OPTIONS: ShortOptions = { f: 'file', p: 'project-name' }

/** A command's words, sorted. */
export interface SortedWords {
  /** Values by long name, in order. */
  readonly options: ReadonlyMap<string, readonly Value[]>
  /** Options that were there without a value. */
  readonly flags: ReadonlySet<string>
  readonly operands: readonly Value[]
}

/** Sorts words into options and operands. */
export function sortWords(words: readonly Value[], short: ShortOptions): SortedWords {
  const options = new Map<string, Value[]>()
  const flags = new Set<string>()
  const operands: Value[] = []
  const put = (name: string, value: Value | undefined) => {
    if (value !== undefined) options.set(name, [...(options.get(name) ?? []), value])
  }
  let isEnded = false
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]
    if (word === undefined) continue
    const { text } = word
    if (isEnded || !text.startsWith('-') || text === '-') {
      operands.push(word)
      continue
    }
    if (text === '--') {
      isEnded = true
      continue
    }
    const [, dashes = '', name = '', , value] = /^(--?)([^=]+)(=(.*))?$/s.exec(text) ?? []
    const isShort = dashes === '-' && name.length === 1
    const long = isShort ? (short[name] ?? name) : name
    if (value !== undefined) put(long, { ...word, text: value })
    else if (WITH_VALUE.has(long)) {
      at += 1
      put(long, words[at])
    } else if (dashes === '-' && name.length > 1 && short[name[0] ?? ''] !== undefined) {
      // `-tname`
      put(short[name[0] ?? ''] ?? '', { ...word, text: name.slice(1) })
    } else flags.add(long)
  }
  return { options, flags, operands }
}
