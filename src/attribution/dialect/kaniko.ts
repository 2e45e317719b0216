// kaniko (pkg/executor): author `kaniko`, the line of the description as it is written, and entries only for what
// made a layer; with `--single-snapshot` one layer, named after the last command of the stage; with `--reproducible`
// no author and the year 1, which is all that tells such a line from the command of a commit.
import { type Dialect, KEYWORDS, opaqueStep, withoutFlags } from './dialect.ts'

/** The beginning of Go's calendar. */
const ZERO = '0001-01-01T00:00:00'
const COPIES = new Set(['COPY', 'ADD'])

/** Histories written by kaniko. */
export const kaniko: Dialect = {
  id: 'kaniko',
  unexpanded: true,
  read({ author, createdBy, created, comment }) {
    const isBare = author === '' && comment === '' && created.startsWith(ZERO)
    if (author !== 'kaniko' && !isBare) return null
    const [, word = '', rest = ''] = /^\s*([A-Za-z]+)\s*(.*)$/s.exec(createdBy) ?? []
    const keyword = word.toUpperCase()
    if (!KEYWORDS.has(keyword)) return isBare ? null : opaqueStep('kaniko', createdBy)
    const text = COPIES.has(keyword) || keyword === 'RUN' ? withoutFlags(rest) : rest
    return { maker: 'kaniko', keyword, text, arguments: {}, hash: null, destination: '' }
  },
  records: ({ keyword, stage }) => !['FROM', 'ARG', 'ONBUILD'].includes(keyword) && stage >= 0,
  // a copy always has files to show; what only sets something never has
  mayLeaveNone: ({ keyword }) => !COPIES.has(keyword),
}
