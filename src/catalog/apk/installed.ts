// Alpine's database of installed packages (apk-tools v2 text form, apk-package(5) and
// lib/apk/db/installed): blank-line separated records of `X:value` lines, case-significant.
// F (directory), R (file) and Z (its digest) follow the package's own lines, in this order.
import { cleanPath, type Dependency, joinPath } from '../../core/index.ts'
import {
  type Cataloger,
  type CatalogRow,
  type ClaimList,
  EMPTY_PACKAGE,
  MAX_CLAIMS,
  unknownRow,
} from '../cataloger.ts'
import { decodeText, hexOfBase64, linesOf, textDigest } from '../text.ts'

const DATABASE_BYTES = 64 << 20

/** Reads apk's list of packages. */
export const apkInstalled: Cataloger = {
  id: 'apk-installed',
  version: 2,
  ecosystem: 'apk',
  describes: 'packages recorded by apk',
  files: [
    { glob: 'lib/apk/db/installed', maxBytes: DATABASE_BYTES },
    { glob: 'usr/lib/apk/db/installed', maxBytes: DATABASE_BYTES },
    { glob: 'var/lib/apk/db/installed', maxBytes: DATABASE_BYTES },
  ],
  *parse(_path, bytes) {
    let record: RecordBuilder | null = null
    let number = 0
    for (const line of linesOf(decodeText(bytes))) {
      number += 1
      if (line !== '') {
        record ??= new RecordBuilder(number)
        record.add(line)
      } else if (record !== null) {
        yield* record.finish()
        record = null
      }
    }
    if (record !== null) yield* record.finish()
  },
}

class RecordBuilder {
  readonly #line: number
  readonly #lines: string[] = []
  readonly #fields = new Map<string, string>()
  readonly #paths: string[] = []
  readonly #digests: string[] = []
  readonly #directories: string[] = []
  #folder = ''
  /** The last file was taken, so a digest belongs to it. */
  #named = false
  #broken = ''

  constructor(line: number) {
    this.#line = line
  }

  add(line: string): void {
    this.#lines.push(line)
    if (line.charCodeAt(1) !== 58) {
      this.#broken ||= 'a line that is no field'
      return
    }
    const key = line.charAt(0)
    const value = line.slice(2)
    if (key === 'F') {
      this.#folder = cleanPath(value).path
      const full = this.#directories.length >= MAX_CLAIMS
      if (this.#folder !== '' && !full) this.#directories.push(this.#folder)
    } else if (key === 'R') this.#file(value)
    else if (key === 'Z') this.#digest(value)
    else if (!this.#fields.has(key)) this.#fields.set(key, value)
  }

  #file(name: string): void {
    const strange = name === '' || name === '.' || name === '..' || name.includes('/')
    const full = this.#paths.length >= MAX_CLAIMS
    this.#named = !strange && !full
    if (strange) this.#broken ||= 'a file name that is a path'
    else if (full) this.#broken ||= `more than ${MAX_CLAIMS} files`
    else {
      this.#paths.push(joinPath(this.#folder, name))
      this.#digests.push('')
    }
  }

  #digest(value: string): void {
    const digest = checksumOf(value)
    if (digest === '') this.#broken ||= 'a file digest that cannot be read'
    else if (this.#named) this.#digests[this.#digests.length - 1] = digest
  }

  *finish(): Generator<CatalogRow> {
    const place = `line ${this.#line}`
    if (this.#broken !== '') yield unknownRow(`package record: ${this.#broken}`, place)
    const field = (key: string) => this.#fields.get(key) ?? ''
    const name = field('P')
    if (name === '') {
      yield unknownRow('a package record without a name', place)
      return
    }
    const version = field('V')
    if (version === '') yield unknownRow(`the record of ${name} has no version`, place)
    const files: ClaimList = {
      paths: this.#paths,
      digests: this.#digests,
      directories: this.#directories,
    }
    yield {
      ...EMPTY_PACKAGE,
      name,
      version,
      architecture: field('A'),
      sourceName: field('o'),
      licences: field('L') === '' ? [] : [field('L')],
      maintainer: field('m'),
      homepage: field('U'),
      description: field('T'),
      dependencies: [
        ...dependenciesOf('depends', field('D')),
        ...dependenciesOf('install-if', field('i')),
      ],
      provides: words(field('p')),
      files,
      configuration: this.#paths.filter(isConfiguration),
      recordDigest: textDigest(this.#lines.join('\n')),
      facts: factsOf(field),
    }
  }
}

function factsOf(field: (key: string) => string): Record<string, string> {
  const facts: Record<string, string> = {}
  const named = { checksum: 'C', commit: 'c', built: 't', repository: 's', broken: 'f' }
  for (const [name, key] of Object.entries(named)) {
    if (field(key) !== '') facts[name] = field(key)
  }
  return facts
}

/** `Q1` + base64 of a SHA-1, `Q2` + base64 of a SHA-256, or a bare hexadecimal MD5 in old databases. */
function checksumOf(value: string): string {
  if (value.startsWith('Q1')) return hexOfBase64(value.slice(2), 20)
  if (value.startsWith('Q2')) return hexOfBase64(value.slice(2), 32)
  return /^[0-9a-f]{32}$/.test(value) ? value : ''
}

function words(value: string): string[] {
  return value.split(' ').filter((word) => word !== '')
}

/** `name`, `name>=1`, `so:libc.so.1`; `!name` is a conflict. */
function dependenciesOf(kind: Dependency['kind'], value: string): Dependency[] {
  return words(value)
    .filter((word) => !word.startsWith('!'))
    .map((text) => ({ kind, text, alternatives: [atomName(text)] }))
}

/** The name in a dependency or provision: what stands before a version or a repository tag. */
export function atomName(text: string): string {
  return /^[^<>=~@]*/.exec(text)?.[0] ?? ''
}

/** apk keeps people's changes below etc, except in init.d and its own folder (protected paths). */
function isConfiguration(path: string): boolean {
  return path.startsWith('etc/') && !path.startsWith('etc/init.d/') && !path.startsWith('etc/apk/')
}

/** Reads which packages were asked for by name. */
export const apkWorld: Cataloger = {
  id: 'apk-world',
  version: 1,
  ecosystem: 'apk',
  describes: 'packages asked for by name',
  files: [{ glob: 'etc/apk/world', maxBytes: 1 << 20 }],
  *parse(_path, bytes) {
    for (const line of linesOf(decodeText(bytes))) {
      for (const word of words(line.replaceAll('\t', ' '))) {
        const name = atomName(word)
        if (name === '' || name.startsWith('!')) continue
        yield { kind: 'request', name, architecture: '', requested: true }
      }
    }
  },
}
