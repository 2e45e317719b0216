// Where this host gets its packages from, as far as that is its own affair: what no tracked file, image or
// bundle may contain. Public addresses that everybody uses are no secret and are left out.
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'

const publicHosts = [
  /(^|\.)debian\.org$/,
  /(^|\.)ubuntu\.com$/,
  /^registry\.npmjs\.org$/,
  /^(pypi|files\.pythonhosted)\.org$/,
  /^deb\.nodesource\.com$/,
  /^packages\.cloud\.google\.com$/,
  /^(proxy|sum)\.golang\.org$/,
  /^localhost$/,
  /^127\./,
  /^0\.0\.0\.0$/,
]

function output(program: string, words: readonly string[]): string {
  const result = spawnSync(program, words, { encoding: 'utf8' })
  return result.error === undefined && result.status === 0 ? result.stdout : ''
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(folder, entry.name))
}

/** The host names in a text's addresses and in lines for netrc, with the credentials that stand beside them. */
export function hostsIn(text: string): string[] {
  const found: string[] = []
  for (const [, machine, words = ''] of text.matchAll(/\bmachine\s+(?:\w+:\/\/)?([^\s/]+)(.*)/g)) {
    const secrets = words.matchAll(/\b(?:login|password)\s+(\S+)/g)
    found.push((machine ?? '').toLowerCase(), ...[...secrets].map(([, secret = '']) => secret))
  }
  for (const [, credentials, host] of text.matchAll(
    /\b[a-z][a-z0-9+.-]*:\/\/(?:([^\s/@"']+)@)?([a-z0-9.-]+)/gi,
  )) {
    if (credentials !== undefined) found.push(credentials)
    if (host !== undefined && host !== '') found.push(host.toLowerCase())
  }
  return found
}

function withoutComments(text: string): string {
  return text.replace(/^\s*(#|\/\/).*$/gm, '')
}

function settings(): string {
  const apt = ['/etc/apt/sources.list', '/etc/apt/apt.conf', ...filesBelow('/etc/apt/auth.conf.d')]
  const parts = [...filesBelow('/etc/apt/sources.list.d'), ...filesBelow('/etc/apt/apt.conf.d')]
  const files = [...apt, ...parts].filter((file) => existsSync(file))
  const environment = Object.entries(process.env)
    .filter(([name]) => /proxy|registry|index|mirror|find_links/i.test(name))
    .map(([, value]) => value ?? '')
  return [
    ...files.map((file) => withoutComments(readFileSync(file, 'latin1'))),
    output('apt-get', ['indextargets', '--no-release-info', '--format', '$(SITE) $(REPO_URI)']),
    output('apt-config', ['dump', 'Acquire']),
    output('npm', ['config', 'list']),
    output('pip', ['config', 'list']),
    ...environment,
  ].join('\n')
}

/** Addresses that the host's own table gives to public names. */
function mappedAddresses(): string[] {
  if (!existsSync('/etc/hosts')) return []
  const rows = readFileSync('/etc/hosts', 'utf8').split('\n')
  return rows
    .filter((row) => /^\s*\d/.test(row) && /\.(org|com|net|io)(\s|$)/.test(row))
    .map((row) => row.trim().split(/\s+/)[0] ?? '')
}

/** A line from the middle of each certificate that was added to this host. */
function ownCertificates(): string[] {
  return filesBelow('/usr/local/share/ca-certificates').flatMap((file) => {
    const lines = readFileSync(file, 'latin1').split('\n')
    const line = lines[lines.length >> 1]?.trim() ?? ''
    return line.length > 40 ? [line] : []
  })
}

/** Every text that would betray this host's package sources. */
export function hostSources(): string[] {
  const hosts = hostsIn(settings()).filter(
    (host) => host.length > 3 && !publicHosts.some((known) => known.test(host)),
  )
  const addresses = mappedAddresses().filter((address) => !address.startsWith('127.'))
  return [...new Set([...hosts, ...addresses, ...ownCertificates()])].sort()
}

/** Those of the texts that occur in the bytes. */
export function findSources(bytes: Buffer, sources: readonly string[]): string[] {
  return sources.filter((source) => bytes.includes(source))
}

/** Those of the texts that occur in a file of any size. */
export function scanFile(file: string, sources: readonly string[]): string[] {
  const overlap = Math.max(0, ...sources.map((source) => Buffer.byteLength(source)))
  const bytes = Buffer.alloc((16 << 20) + overlap)
  const found = new Set<string>()
  const descriptor = openSync(file, 'r')
  try {
    // A text may lie across two pieces, so each piece begins with the end of the one before.
    for (let at = 0, length = 0; ; at += length - overlap) {
      length = readSync(descriptor, bytes, 0, bytes.length, at)
      for (const source of findSources(bytes.subarray(0, length), sources)) found.add(source)
      if (length <= overlap || length < bytes.length) return [...found].sort()
    }
  } finally {
    closeSync(descriptor)
  }
}
