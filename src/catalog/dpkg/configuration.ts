// What dpkg and apt were told: path filters (dpkg(1) --path-exclude, dpkg.cfg(5)), diversions
// (dpkg-divert(1)) and which packages came in only as dependencies (apt's extended_states).
import { cleanPath } from '../../core/index.ts'
import { type Cataloger, unknownRow } from '../cataloger.ts'
import { decodeText, linesOf } from '../text.ts'
import { parseStanzas } from './control.ts'

/** More or longer filters than any real system has: every path of every package is tried on each. */
const MAX_FILTERS = 500
const MAX_PATTERN = 1024

/** Reads which paths dpkg leaves out. */
export const dpkgFilters: Cataloger = {
  id: 'dpkg-filters',
  version: 1,
  ecosystem: 'deb',
  describes: 'paths that dpkg was told to leave out',
  files: [
    { glob: 'etc/dpkg/dpkg.cfg', maxBytes: 1 << 20 },
    { glob: 'etc/dpkg/dpkg.cfg.d/*', maxBytes: 1 << 20 },
  ],
  *parse(_path, bytes) {
    let count = 0
    for (const line of linesOf(decodeText(bytes))) {
      const match = /^\s*(?:--)?path-(exclude|include)(?:\s*=|\s)(.*)$/.exec(line)
      if (match === null) continue
      const pattern = unquote((match[2] ?? '').trim())
      count += 1
      if (count > MAX_FILTERS || pattern.length > MAX_PATTERN) {
        yield unknownRow('path filters beyond the limit were not read', `filter ${count}`)
        return
      }
      if (pattern !== '') yield { kind: 'exclusion', pattern, include: match[1] === 'include' }
    }
  },
}

function unquote(text: string): string {
  const quote = text.at(0)
  const quoted = (quote === '"' || quote === "'") && text.length > 1 && text.endsWith(quote)
  return quoted ? text.slice(1, -1) : text
}

/** Reads which files lie elsewhere than their package says. */
export const dpkgDiversions: Cataloger = {
  id: 'dpkg-diversions',
  version: 1,
  ecosystem: 'deb',
  describes: 'files that dpkg diverted',
  files: [{ glob: 'var/lib/dpkg/diversions', maxBytes: 4 << 20 }],
  *parse(_path, bytes) {
    const lines = [...linesOf(decodeText(bytes))]
    for (let at = 0; at + 2 < lines.length; at += 3) {
      const [original = '', target = '', owner = ''] = lines.slice(at, at + 3)
      yield {
        kind: 'diversion',
        original: cleanPath(original).path,
        target: cleanPath(target).path,
        owner: owner === ':' ? '' : owner,
      }
    }
    if (lines.length % 3 !== 0) yield unknownRow('the last diversion is cut short')
  },
}

/** Reads which packages apt installed only because others need them. */
export const aptExtendedStates: Cataloger = {
  id: 'apt-extended-states',
  version: 1,
  ecosystem: 'deb',
  describes: 'packages that apt installed as dependencies',
  files: [{ glob: 'var/lib/apt/extended_states', maxBytes: 16 << 20 }],
  *parse(_path, bytes) {
    for (const { fields } of parseStanzas(decodeText(bytes))) {
      const name = fields.get('package') ?? ''
      const automatic = fields.get('auto-installed')
      if (name === '' || automatic === undefined) continue
      const architecture = fields.get('architecture') ?? ''
      yield { kind: 'request', name, architecture, requested: automatic.trim() !== '1' }
    }
  },
}
