// The remote URLs that a clone's own configuration names, and a form in which URLs of one repository are
// equal (git-config(1), git-clone(1) "GIT URLS"). The file is read as text: nothing in it is included or run.
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Largest configuration that is read, in bytes. */
const MAX_CONFIG = 1 << 20
/** Remotes of one repository that are looked at. */
const MAX_REMOTES = 64

/** URLs of the remotes of a git folder, as written; `origin` first. None when it cannot be read. */
export function remoteUrls(gitDir: string): string[] {
  const text = readConfig(join(commonFolder(gitDir), 'config'))
  const found: { readonly remote: string; readonly url: string }[] = []
  let remote: string | null = null
  for (const line of text.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    const section = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line)
    if (section !== null) {
      remote = section[1]?.toLowerCase() === 'remote' ? (section[2] ?? '') : null
    }
    const rest = section === null ? line : line.slice(section[0].length)
    const value = remote === null ? undefined : /^\s*url\s*=\s*(.*)$/i.exec(rest)?.[1]
    if (remote === null || value === undefined || found.length >= MAX_REMOTES) continue
    found.push({ remote, url: plainValue(value) })
  }
  const origin = found.filter((one) => one.remote === 'origin')
  return [...origin, ...found.filter((one) => one.remote !== 'origin')].map(({ url }) => url)
}

/** The folder that work trees of one repository share (gitrepository-layout(5), `commondir`). */
export function commonFolder(gitDir: string): string {
  const file = join(gitDir, 'commondir')
  if (!existsSync(file)) return gitDir
  try {
    return resolve(gitDir, readFileSync(file, 'utf8').slice(0, 4096).trim())
  } catch {
    // What cannot be read is told when the repository is opened.
    return gitDir
  }
}

function readConfig(file: string): string {
  try {
    const opened = openSync(file, 'r')
    try {
      const bytes = Buffer.alloc(MAX_CONFIG)
      return bytes.toString('utf8', 0, readSync(opened, bytes, 0, MAX_CONFIG, 0))
    } finally {
      closeSync(opened)
    }
  } catch {
    // Without a configuration there are no remotes; whether it is a repository is told when it is opened.
    return ''
  }
}

/** A value without quotes, escapes and comments. */
function plainValue(text: string): string {
  const plain = text.replace(/"((?:[^"\\]|\\.)*)"|\\(.)|[#;].*$/g, (_, quoted, escaped) =>
    typeof quoted === 'string' ? quoted.replace(/\\(.)/g, '$1') : (escaped ?? ''),
  )
  return plain.trim()
}

/** Hosts that do not tell the case of a path apart. */
const CASELESS = new Set(['github.com', 'gitlab.com', 'bitbucket.org'])

/**
 * A remote URL reduced to `host/path`, or to a path: equal for the https, ssh and scp forms of one repository.
 * User, port, query, fragment, `.git` and what a web page adds to the path are left out. '' when it is none.
 */
export function plainUrl(url: string): string {
  const text = url
    .trim()
    .replace(/[#?].*$/s, '')
    .replace(/@refs\/.*$/, '')
    .replace(/^git\+/i, '')
  if (text === '' || text.length > 4096) return ''
  const full =
    /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)(?::\d*)?(?:\/(.*))?$/is.exec(text)
  if (full !== null) {
    const [, scheme = '', host = '', path = ''] = full
    return scheme.toLowerCase() === 'file' ? localPath(`/${path}`) : hosted(host, path)
  }
  if (/^[./~]/.test(text)) return localPath(text)
  const scp = /^(?:[^/@:]+@)?([^/:@]+):(?!\/\/)(.+)$/s.exec(text)
  if (scp !== null) return hosted(scp[1] ?? '', scp[2] ?? '')
  const bare = /^([\w-]+(?:\.[\w-]+)+)\/(.+)$/s.exec(text)
  return bare === null ? '' : hosted(bare[1] ?? '', bare[2] ?? '')
}

function hosted(host: string, path: string): string {
  let name = host.toLowerCase()
  let rest = trimmed(decoded(path))
    .replace(/^\/+/, '')
    .replace(/\/-\/.*$/s, '')
  rest = rest.replace(/^([^/]+\/[^/]+)\/(?:tree|blob|commit|commits|src)\/.*$/s, '$1')
  if (name === 'ssh.dev.azure.com') {
    name = 'dev.azure.com'
    rest = rest.replace(/^v3\//, '')
  }
  if (name === 'dev.azure.com') rest = rest.replace('/_git/', '/')
  if (rest === '') return ''
  return `${name}/${CASELESS.has(name) ? rest.toLowerCase() : trimmed(rest)}`.replace(/\.git$/, '')
}

function localPath(path: string): string {
  return trimmed(decoded(path))
}

function trimmed(path: string): string {
  return path
    .replace(/\/+$/, '')
    .replace(/(?<=[^/])\.git$/i, '')
    .replace(/\/+$/, '')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
