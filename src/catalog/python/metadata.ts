// METADATA of a *.dist-info folder, PKG-INFO of an *.egg-info folder or an *.egg, and *.egg-info
// files that distutils wrote (packaging.python.org/specifications/core-metadata).
import { type Cataloger, type CatalogRow, EMPTY_PACKAGE, unknownRow } from '../cataloger.ts'
import { decodeText, distinct, linesOf } from '../text.ts'
import { type Headers, parseHeaders } from './headers.ts'
import { parseRequirement, parseRequiresText } from './requirement.ts'

/** The headers lie before the description, which may be a book. */
const HEAD_BYTES = 1 << 20

/** Reads what a Python distribution says of itself. */
export const pythonMetadata: Cataloger = {
  id: 'python-metadata',
  version: 1,
  ecosystem: 'pypi',
  describes: 'installed Python distributions',
  files: [
    { glob: '**/*.dist-info/METADATA', maxBytes: 2 ** 32, head: HEAD_BYTES },
    { glob: '**/*.egg-info/PKG-INFO', maxBytes: 2 ** 32, head: HEAD_BYTES },
    { glob: '**/*.egg-info/METADATA', maxBytes: 2 ** 32, head: HEAD_BYTES },
    { glob: '**/EGG-INFO/PKG-INFO', maxBytes: 2 ** 32, head: HEAD_BYTES },
    { glob: '**/*.egg-info', maxBytes: 2 ** 32, head: HEAD_BYTES },
  ],
  *parse(_path, bytes): Generator<CatalogRow> {
    const headers = parseHeaders(decodeText(bytes))
    const first = (name: string) => headers.get(name)?.[0]?.split('\n')[0] ?? ''
    if (first('name') === '') {
      yield unknownRow('metadata without a name')
      return
    }
    yield {
      ...EMPTY_PACKAGE,
      name: first('name'),
      version: first('version'),
      licences: licencesOf(headers),
      maintainer: personOf(first, 'maintainer') || personOf(first, 'author'),
      homepage: known(first('home-page')) || projectUrl(headers),
      description: known(first('summary')),
      dependencies: (headers.get('requires-dist') ?? []).flatMap(
        (value) => parseRequirement(value) ?? [],
      ),
      provides: headers.get('provides-dist') ?? [],
    }
  },
}

/** What old tools wrote for an empty field. */
function known(value: string): string {
  return value === 'UNKNOWN' ? '' : value
}

function personOf(first: (name: string) => string, role: string): string {
  const name = known(first(role))
  const email = known(first(`${role}-email`))
  if (name === '' || email === '') return name || email
  return email.includes('<') ? email : `${name} <${email}>`
}

function projectUrl(headers: Headers): string {
  for (const value of headers.get('project-url') ?? []) {
    const match = /^\s*home-?\s?page\s*,\s*(\S+)/i.exec(value)
    if (match?.[1] !== undefined) return match[1]
  }
  return ''
}

const MAX_LICENCE_TEXT = 120

/** License-Expression, else a short License field (it may hold a whole licence), else the classifiers. */
function licencesOf(headers: Headers): string[] {
  const expression = headers.get('license-expression')?.[0] ?? ''
  if (expression !== '') return [expression]
  const licence = known(headers.get('license')?.[0] ?? '')
  if (licence !== '' && licence.length <= MAX_LICENCE_TEXT && !licence.includes('\n')) {
    return [licence]
  }
  const classifiers = (headers.get('classifier') ?? [])
    .filter((value) => value.startsWith('License ::'))
    .map((value) => value.slice(value.lastIndexOf('::') + 2).trim())
    .filter((value) => value !== 'OSI Approved')
  return distinct(classifiers)
}

/** Reads the dependencies of an egg-info folder, which its PKG-INFO does not have. */
export const pythonRequires: Cataloger = {
  id: 'python-requires',
  version: 1,
  ecosystem: 'pypi',
  describes: 'dependencies of Python distributions in egg form',
  files: [
    { glob: '**/*.egg-info/requires.txt', maxBytes: 1 << 20 },
    { glob: '**/EGG-INFO/requires.txt', maxBytes: 1 << 20 },
  ],
  *parse(_path, bytes) {
    const dependencies = parseRequiresText(linesOf(decodeText(bytes)))
    yield { ...EMPTY_PACKAGE, dependencies }
  },
}
