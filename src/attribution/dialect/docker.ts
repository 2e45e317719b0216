// Docker's legacy builder (moby, builder/dockerfile/dispatchers.go): the shell before every entry,
// `#(nop)` for what only sets metadata or copies, content hashes instead of source names.
import { type Dialect, KEYWORDS, type RecordedStep, splitArguments, stripShell } from './dialect.ts'

/** `--chown` stands before the hash without a space: so the builder writes it. */
const COPY_HASH =
  /^(?:--\S+ )*(?:--chown=\S+?)?(?:(file|dir|multi):)?([0-9a-f]{64})((?:,| )?.*?) in (.*?) ?$/s
/** A shell and its options: `#(nop)` inside a command is the command's own text. */
const NOP = /^(\S+(?: (?:[-/]\S+|pipefail))* )?#\(nop\) ?/

/** Histories written by Docker's legacy builder. */
export const docker: Dialect = {
  id: 'docker',
  read(entry, { shells }) {
    const nop = NOP.exec(entry.createdBy)
    if (nop !== null) return readNop(entry.createdBy.slice(nop[0].length).trimStart())
    const { values, rest } = splitArguments(entry.createdBy, shells)
    const command = stripShell(rest, shells)
    if (command === rest && Object.keys(values).length === 0) return null
    return {
      maker: 'docker',
      keyword: 'RUN',
      text: command,
      arguments: values,
      hash: null,
      destination: '',
    }
  },
  records: (instruction) => instruction.keyword !== 'FROM' && instruction.stage >= 0,
}

/** The content hash in an entry of a COPY or ADD; null when it holds none. */
export function recordedHash(createdBy: string): RecordedStep['hash'] {
  const nop = NOP.exec(createdBy)
  return nop === null ? null : (readNop(createdBy.slice(nop[0].length).trimStart())?.hash ?? null)
}

/** What stands behind `#(nop)`; null when it is no instruction. */
export function readNop(line: string): RecordedStep | null {
  const keyword = /^[A-Z]+/.exec(line)?.[0] ?? ''
  if (!KEYWORDS.has(keyword)) return null
  const text = line.slice(keyword.length).trim()
  const step = { maker: 'docker', keyword, text, arguments: {}, hash: null, destination: '' }
  if (keyword !== 'COPY' && keyword !== 'ADD') return step
  const hashed = COPY_HASH.exec(line.slice(keyword.length).trimStart())
  if (hashed?.[2] === undefined) return step
  const kind = hashed[1] === 'dir' || hashed[1] === 'multi' ? hashed[1] : 'file'
  return { ...step, hash: { kind, hex: hashed[2] }, destination: hashed[4] ?? '' }
}
