// dpkg's status database (deb-version(7), dpkg-query(1)): var/lib/dpkg/status, one paragraph a
// package; status.d/<name> in distroless images, one paragraph a file and without `Status`.
import { cleanPath, type Dependency } from '../../core/index.ts'
import {
  type Cataloger,
  type CatalogRow,
  type ClaimList,
  EMPTY_PACKAGE,
  NO_CLAIMS,
  unknownRow,
} from '../cataloger.ts'
import { decodeText, textDigest } from '../text.ts'
import { parseStanzas, relationItems, relationNames, type Stanza } from './control.ts'

const STATUS_BYTES = 64 << 20

/** Reads dpkg's list of packages. */
export const dpkgStatus: Cataloger = {
  id: 'dpkg-status',
  version: 2,
  ecosystem: 'deb',
  describes: 'packages recorded by dpkg',
  files: [
    { glob: 'var/lib/dpkg/status', maxBytes: STATUS_BYTES },
    { glob: 'var/lib/dpkg/status.d/*', maxBytes: STATUS_BYTES },
  ],
  *parse(path, bytes) {
    // Digest lists lie among the paragraphs in status.d; another cataloger reads them.
    if (path.endsWith('.md5sums')) return
    for (const stanza of parseStanzas(decodeText(bytes))) yield* rowsOf(stanza)
  },
}

function* rowsOf(stanza: Stanza): Generator<CatalogRow> {
  for (const problem of stanza.problems) {
    yield unknownRow(`package record: ${problem}`, `line ${stanza.line}`)
  }
  const field = (name: string) => stanza.fields.get(name) ?? ''
  const name = field('package')
  if (name === '') {
    yield unknownRow('a package record without a name', `line ${stanza.line}`)
    return
  }
  const source = sourceOf(field('source'))
  const conffiles = parseConffiles(field('conffiles'))
  yield {
    ...EMPTY_PACKAGE,
    name,
    version: field('version'),
    architecture: field('architecture'),
    sourceName: source.name,
    sourceVersion: source.version,
    maintainer: field('maintainer'),
    homepage: field('homepage'),
    description: firstLine(field('description')),
    state: field('status').replace(/\s+/g, ' '),
    // opkg writes the licence into the record; dpkg never does.
    licences: field('license') === '' ? [] : [firstLine(field('license'))],
    dependencies: [
      ...dependenciesOf('pre-depends', field('pre-depends')),
      ...dependenciesOf('depends', field('depends')),
      // apt installs these too, unless it is told not to
      ...dependenciesOf('optional', field('recommends')),
    ],
    provides: relationItems(field('provides')),
    files: conffiles,
    configuration: conffiles.paths,
    recordDigest: textDigest(stanza.text),
    facts: factsOf(field),
  }
}

function factsOf(field: (name: string) => string): Record<string, string> {
  const facts: Record<string, string> = {}
  const names = [
    'multi-arch',
    'priority',
    'essential',
    'section',
    'built-using',
    'static-built-using',
  ]
  for (const name of names) {
    const value = field(name).replace(/\s+/g, ' ')
    if (value !== '') facts[name] = value
  }
  return facts
}

function firstLine(text: string): string {
  const end = text.indexOf('\n')
  return end < 0 ? text : text.slice(0, end)
}

/** `Source: name` or `Source: name (version)`. */
function sourceOf(value: string): { name: string; version: string } {
  const match = /^(\S+)(?:\s+\(([^)]*)\))?/.exec(value)
  return { name: match?.[1] ?? '', version: match?.[2]?.trim() ?? '' }
}

function dependenciesOf(kind: Dependency['kind'], value: string): Dependency[] {
  return relationItems(value).map((text) => ({ kind, text, alternatives: relationNames(text) }))
}

/** ` /etc/x <md5> [obsolete] [remove-on-upgrade]`; a `newconffile` has no digest yet. */
function parseConffiles(value: string): ClaimList {
  if (value === '') return NO_CLAIMS
  const paths: string[] = []
  const digests: string[] = []
  for (const line of value.split('\n')) {
    const text = line.trim()
    const space = text.lastIndexOf(' ')
    const last = text.slice(space + 1)
    // An obsolete one belongs to an older version of the package: it is no longer a claim.
    if (!text.startsWith('/') || last === 'obsolete' || last === 'remove-on-upgrade') continue
    paths.push(cleanPath(text.slice(0, space).trimEnd()).path)
    digests.push(/^[0-9a-f]{32}$/.test(last) ? last : '')
  }
  return { paths, digests, directories: [] }
}
