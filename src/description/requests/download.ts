// curl and wget (curl(1), wget(1)): a request names its address, and is pinned when the same RUN holds the
// file against a digest. A version in an address pins nothing: the server decides what it serves.
import { nameOf } from '../../core/index.ts'
import { type Arguments, type Operand, readArguments } from './arguments.ts'
import { checksOf } from './checksum.ts'
import { type CommandWords, isAddress, type Reader, type Surroundings } from './manager.ts'
import { hasOption, optionValue, shown } from './subcommand.ts'

const CURL_OPTIONS = {
  short: 'AbcCdDeEFHKmoPQrtTuUwxXyYz',
  long: [
    '--output',
    '--output-dir',
    '--url',
    '--header',
    '--user',
    '--user-agent',
    '--referer',
    '--proxy',
    '--proxy-user',
    '--noproxy',
    '--retry',
    '--retry-delay',
    '--retry-max-time',
    '--connect-timeout',
    '--max-time',
    '--max-redirs',
    '--max-filesize',
    '--speed-limit',
    '--speed-time',
    '--limit-rate',
    '--cacert',
    '--capath',
    '--cert',
    '--cert-type',
    '--key',
    '--key-type',
    '--pass',
    '--pinnedpubkey',
    '--ciphers',
    '--proto',
    '--proto-default',
    '--proto-redir',
    '--request',
    '--data',
    '--data-raw',
    '--data-binary',
    '--data-urlencode',
    '--data-ascii',
    '--json',
    '--form',
    '--form-string',
    '--upload-file',
    '--config',
    '--cookie',
    '--cookie-jar',
    '--dump-header',
    '--write-out',
    '--stderr',
    '--trace',
    '--trace-ascii',
    '--range',
    '--continue-at',
    '--time-cond',
    '--resolve',
    '--connect-to',
    '--dns-servers',
    '--interface',
    '--netrc-file',
    '--etag-save',
    '--etag-compare',
    '--unix-socket',
    '--tls-max',
    '--oauth2-bearer',
    '--create-file-mode',
    '--parallel-max',
    '--keepalive-time',
    '--socks5',
    '--socks5-hostname',
  ],
}

const WGET_OPTIONS = {
  short: 'aABDeiIloOPQRtTUwX',
  long: [
    '--output-document',
    '--output-file',
    '--append-output',
    '--directory-prefix',
    '--input-file',
    '--execute',
    '--tries',
    '--timeout',
    '--connect-timeout',
    '--read-timeout',
    '--dns-timeout',
    '--wait',
    '--waitretry',
    '--limit-rate',
    '--quota',
    '--user-agent',
    '--header',
    '--user',
    '--password',
    '--http-user',
    '--http-password',
    '--referer',
    '--method',
    '--body-data',
    '--body-file',
    '--post-data',
    '--post-file',
    '--load-cookies',
    '--save-cookies',
    '--ca-certificate',
    '--ca-directory',
    '--certificate',
    '--private-key',
    '--secure-protocol',
    '--accept',
    '--reject',
    '--accept-regex',
    '--reject-regex',
    '--domains',
    '--level',
    '--cut-dirs',
    '--default-page',
    '--base',
    '--config',
    '--progress',
    '--max-redirect',
    '--prefer-family',
    '--retry-on-http-error',
    '--restrict-file-names',
    '--start-pos',
  ],
}

const TELLING = new Set(['-k', '--insecure', '--no-check-certificate'])

/** curl's options that send something, ask for the headers alone, or only tell of the program. */
const SENDS = [
  ...['-d', '--data', '--data-raw', '--data-binary', '--data-urlencode', '--data-ascii', '--json'],
  ...['-F', '--form', '--form-string', '-T', '--upload-file', '-I', '--head', '-V', '--version'],
  ...['--help', '--spider', '--post-data', '--post-file', '--body-data', '--body-file'],
]

/** Reads curl and wget. */
export const download: Reader = {
  reads: (program) => program === 'curl' || program === 'wget',
  read: (command, around) => {
    const program = nameOf(command.words[0] ?? '')
    const checks = checksOf(around.commands, around.tracks, () => downloadedBy(around))
    const found = fetchedBy(command, textAt(around)).filter(({ address }) => isContent(address))
    return found.map(({ address, file, options }) => ({
      manager: program,
      action: 'install',
      name: address,
      constraint: '',
      pinned: file !== '' && checks.covers(file),
      options,
    }))
  },
}

interface Fetched {
  readonly address: string
  /** Name of the file without its folder; '' when it goes to standard output. */
  readonly file: string
  readonly options: readonly string[]
}

function textAt({ commands, at }: Surroundings): string {
  return commands[at]?.text ?? ''
}

/** Names of the files that the RUN downloads. */
function downloadedBy({ commands }: Surroundings): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { words, dynamic, text } of commands) {
    if (!/^(?:curl|wget)$/.test(nameOf(words[0] ?? ''))) continue
    for (const { file } of fetchedBy({ words, dynamic }, text)) names.add(file)
  }
  return names
}

function fetchedBy({ words, dynamic }: CommandWords, text: string): Fetched[] {
  const isCurl = nameOf(words[0] ?? '') === 'curl'
  const table = isCurl ? CURL_OPTIONS : WGET_OPTIONS
  const given = readArguments(words.slice(1), dynamic.slice(1), table)
  if (hasOption(given, ...SENDS)) return []
  const method =
    optionValue(given, '--request', '--method') ?? (isCurl ? optionValue(given, '-X') : undefined)
  if (method !== undefined && method.toUpperCase() !== 'GET') return []
  const options = shown(given, TELLING)
  const more = given.options
    .filter(({ name, value }) => name === '--url' && value !== null)
    .map(({ value }): Operand => ({ text: value ?? '', dynamic: /[$`]/.test(value ?? '') }))
  const addresses = [...given.operands, ...more].filter(isSource)
  const files = filesOf(given, isCurl, text)
  return addresses.flatMap((one, index) => {
    const file = files(one.text, index)
    if (file === '/dev/null') return []
    return [{ address: one.text, file: nameOf(file), options }]
  })
}

/** An address from outside: not of this machine, and no bare word. */
function isSource({ text, dynamic }: Operand): boolean {
  if (isAddress(text)) {
    return !/^(?:file:|[a-z]+:\/\/(?:[^/@]*@)?(?:localhost|127\.|0\.0\.0\.0|\[::1\])(?=[:/]|\d|$))/i.test(
      text,
    )
  }
  if (dynamic) return /^[$`]/.test(text)
  return /^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[:/]|$)/i.test(text)
}

/** Not a signature, nor a list of digests: they decide only whether another download is taken. */
function isContent(address: string): boolean {
  const path = address.replace(/[?#].*$/s, '')
  return !/\.(?:asc|sig|sign|minisig|md5|sha\d*(?:sums?)?)$|(?:SHA\d*|MD5)SUMS?(?:\.txt)?$/i.test(
    path,
  )
}

/** Where a download goes, by its address and its place among them. */
function filesOf(
  given: Arguments,
  isCurl: boolean,
  text: string,
): (address: string, index: number) => string {
  const own = given.options.filter(({ name }) =>
    isCurl ? name === '-o' || name === '--output' : name === '-O' || name === '--output-document',
  )
  const redirect = /(?:^|\s)1?>{1,2}\|?\s*("[^"]*"|'[^']*'|[^\s;&|<>()]+)/
    .exec(text)?.[1]
    ?.replace(/["']/g, '')
  const named = isCurl ? hasOption(given, '-O', '--remote-name', '--remote-name-all', '-J') : true
  return (address, index) => {
    const option = own[index] ?? (isCurl ? undefined : own.at(-1))
    const file = option?.value ?? null
    if (file !== null && file !== '-') return file
    if (file === '-' || !named) return redirect ?? ''
    return nameOf(address.replace(/[?#].*$/s, ''))
  }
}
