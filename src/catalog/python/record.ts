// What lies beside Python metadata: RECORD (the recording-installed-packages specification),
// installed-files.txt of eggs, INSTALLER, and direct_url.json (PEP 610).
import {
  type Cataloger,
  type CatalogRow,
  type ClaimList,
  MAX_CLAIMS,
  tooManyClaims,
  unknownRow,
} from '../cataloger.ts'
import { asObject, asText, parseJson } from '../json.ts'
import { decodeText, hexOfBase64, linesOf } from '../text.ts'

/** Reads the files of a distribution; paths are relative to the folder that holds its dist-info. */
export const pythonRecord: Cataloger = {
  id: 'python-record',
  version: 1,
  ecosystem: 'pypi',
  describes: 'files of installed Python distributions',
  files: [{ glob: '**/*.dist-info/RECORD', maxBytes: 32 << 20 }],
  *parse(_path, bytes): Generator<CatalogRow> {
    const paths: string[] = []
    const digests: string[] = []
    let broken = 0
    for (const line of linesOf(decodeText(bytes))) {
      if (line === '') continue
      const fields = csvFields(line)
      const path = fields?.[0] ?? ''
      if (paths.length >= MAX_CLAIMS) {
        yield tooManyClaims()
        break
      }
      if (path === '') broken += 1
      else {
        paths.push(path)
        digests.push(recordDigest(fields?.[1] ?? ''))
      }
    }
    if (broken > 0) yield unknownRow(`${broken} lines of RECORD cannot be read`)
    yield { kind: 'files', files: { paths, digests, directories: [] } }
  },
}

/** `sha256=<base64url>`; other algorithms than those that can be compared give ''. */
function recordDigest(text: string): string {
  return text.startsWith('sha256=') ? hexOfBase64(text.slice(7), 32) : ''
}

/** One line of CSV (RFC 4180, no line breaks inside fields); null when a quote stays open. */
export function csvFields(line: string): string[] | null {
  if (!line.includes('"')) return line.split(',')
  const fields: string[] = []
  let at = 0
  while (at <= line.length) {
    if (line[at] !== '"') {
      const comma = line.indexOf(',', at)
      const end = comma < 0 ? line.length : comma
      fields.push(line.slice(at, end))
      at = end + 1
      continue
    }
    let value = ''
    let from = at + 1
    let close = line.indexOf('"', from)
    while (close >= 0 && line[close + 1] === '"') {
      value += line.slice(from, close + 1)
      from = close + 2
      close = line.indexOf('"', from)
    }
    if (close < 0) return null
    fields.push(value + line.slice(from, close))
    at = close + 2
  }
  return fields
}

/** Reads the files of an egg; paths are relative to its egg-info folder. */
export const pythonInstalledFiles: Cataloger = {
  id: 'python-installed-files',
  version: 1,
  ecosystem: 'pypi',
  describes: 'files of Python distributions in egg form',
  files: [{ glob: '**/*.egg-info/installed-files.txt', maxBytes: 32 << 20 }],
  *parse(_path, bytes) {
    const paths: string[] = []
    for (const line of linesOf(decodeText(bytes))) {
      if (line.trim() !== '') paths.push(line)
      if (paths.length < MAX_CLAIMS) continue
      yield tooManyClaims()
      break
    }
    const files: ClaimList = { paths, digests: [], directories: [] }
    yield { kind: 'files', files }
  },
}

/** Reads which tool installed a distribution. */
export const pythonInstaller: Cataloger = {
  id: 'python-installer',
  version: 1,
  ecosystem: 'pypi',
  describes: 'the tool that installed a Python distribution',
  files: [{ glob: '**/*.dist-info/INSTALLER', maxBytes: 1 << 16 }],
  *parse(_path, bytes) {
    const [line = ''] = linesOf(decodeText(bytes))
    if (line.trim() !== '') yield { kind: 'property', name: 'installer', value: line.trim() }
  },
}

/** Reads where a distribution came from when it was not an index. */
export const pythonDirectUrl: Cataloger = {
  id: 'python-direct-url',
  version: 1,
  ecosystem: 'pypi',
  describes: 'addresses that Python distributions were installed from',
  files: [{ glob: '**/*.dist-info/direct_url.json', maxBytes: 1 << 20 }],
  *parse(_path, bytes): Generator<CatalogRow> {
    const { value, problem } = parseJson(bytes)
    const direct = asObject(value)
    const url = withoutPassword(asText(direct?.get('url')))
    if (direct === null || url === '') {
      yield unknownRow(problem ?? 'direct_url.json names no address')
      return
    }
    yield { kind: 'property', name: 'url', value: url }
    const vcs = asObject(direct.get('vcs_info'))
    if (vcs !== null) {
      yield { kind: 'property', name: 'vcs', value: asText(vcs.get('vcs')) }
      yield { kind: 'property', name: 'commit', value: asText(vcs.get('commit_id')) }
    }
    if (asObject(direct.get('dir_info'))?.get('editable') === true) {
      yield { kind: 'property', name: 'editable', value: 'true' }
    }
  },
}

/** PEP 610 asks tools to leave passwords out; not all do. */
function withoutPassword(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')
}
