// Account files: passwd(5), group(5), shadow(5), gshadow(5). One row a line: its name and digests.
// The text of a line never leaves this file: shadow files hold password hashes.
import type { Cataloger, CatalogRow } from '../cataloger.ts'
import type { Evidence } from '../evidence.ts'
import { rowsOfKind } from '../evidence.ts'
import type { AccountLine } from '../image-catalog.ts'
import { decodeText, linesOf, textDigest } from '../text.ts'

const MAX_BYTES = 4 << 20

/** Reads who may log in. */
export const accountFiles: Cataloger = {
  id: 'account-lines',
  version: 1,
  ecosystem: 'account',
  describes: 'users and groups',
  files: [
    { glob: 'etc/passwd', maxBytes: MAX_BYTES },
    { glob: 'etc/group', maxBytes: MAX_BYTES },
  ],
  parse: (_path, bytes) => rowsOf(bytes, true),
}

/** Reads the shadow files, whose bytes are secret. */
export const shadowFiles: Cataloger = {
  id: 'account-shadow-lines',
  version: 1,
  ecosystem: 'account',
  describes: 'digests of shadow entries',
  files: [
    { glob: 'etc/shadow', maxBytes: MAX_BYTES },
    { glob: 'etc/gshadow', maxBytes: MAX_BYTES },
  ],
  secret: true,
  parse: (_path, bytes) => rowsOf(bytes, false),
}

const PASSWD_FIELDS = 7
const GROUP_FIELDS = 4
const SHADOW_FIELDS = 9

function* rowsOf(bytes: Uint8Array, numbered: boolean): Generator<CatalogRow> {
  for (const line of linesOf(decodeText(bytes))) {
    if (line.trim() === '') continue
    const fields = line.split(':')
    const count = fields.length
    const passwd = numbered && count === PASSWD_FIELDS
    const group = numbered && count === GROUP_FIELDS
    const digest = textDigest(line)
    yield {
      kind: 'account',
      name: fields[0] ?? '',
      id: passwd || group ? (fields[2] ?? '') : '',
      home: passwd ? (fields[5] ?? '') : '',
      shell: passwd ? (fields[6] ?? '') : '',
      digest,
      // Field 3 of shadow is the day of the last change: every build writes another.
      stableDigest:
        !numbered && count === SHADOW_FIELDS
          ? textDigest(fields.toSpliced(2, 1, '').join(':'))
          : digest,
    }
  }
}

/** Catalogers of accounts. */
export const ACCOUNT_CATALOGERS: readonly Cataloger[] = [accountFiles, shadowFiles]

/** All account lines of an image, file by file in order of path, lines in order. */
export function assembleAccounts(evidence: Evidence): AccountLine[] {
  const files = ACCOUNT_CATALOGERS.flatMap((cataloger) => [...evidence.of(cataloger.id)])
  return files.flatMap((file) =>
    [...rowsOfKind(file, 'account')].map(({ kind: _kind, ...line }) => ({
      file: file.path,
      ...line,
    })),
  )
}
