// Debian copyright files (usr/share/doc/<package>/copyright): the machine-readable form of DEP-5
// (copyright-format 1.0) when the first field is `Format`, free text otherwise.
import type { Cataloger } from '../cataloger.ts'
import { decodeText, distinct } from '../text.ts'
import { parseStanzas } from './control.ts'

const HEAD_BYTES = 256 << 10
const MAX_LICENCES = 200

/** Reads the licences of a Debian package. */
export const dpkgCopyright: Cataloger = {
  id: 'dpkg-copyright',
  version: 1,
  ecosystem: 'deb',
  describes: 'licences of a Debian package',
  files: [{ glob: 'usr/share/doc/*/copyright', maxBytes: 2 ** 32, head: HEAD_BYTES }],
  parse(_path, bytes) {
    const text = decodeText(bytes)
    const names = /^\s*format(-specification)?:/i.test(text) ? declared(text) : mentioned(text)
    return [{ kind: 'licence', names: names.slice(0, MAX_LICENCES) }]
  },
}

/** The short names of `License` fields, as written, in order. */
function declared(text: string): string[] {
  const names: string[] = []
  for (const { fields } of parseStanzas(text)) {
    const [name = ''] = (fields.get('license') ?? '').split('\n')
    names.push(name.replace(/\s+/g, ' ').trim())
  }
  return distinct(names)
}

/** In free text, the common licences that it points to. */
function mentioned(text: string): string[] {
  const names: string[] = []
  for (const match of text.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z0-9.+-]{1,64})/g)) {
    names.push((match[1] ?? '').replace(/[.-]+$/, ''))
  }
  return distinct(names)
}
