// buildah and podman build (containers/buildah, imagebuildah/stage_executor.go): entries in the notation of Docker's
// legacy builder, with the text of the description as it is written, one space behind `#(nop)`, the names of all
// arguments in an ARG entry, and `FROM image` as the comment of an entry that was committed.
import type { HistoryEntry } from '../../core/index.ts'
import { type Dialect, type RecordedStep, withoutFlags } from './dialect.ts'
import { docker, readNop } from './docker.ts'

const SHELL = '/bin/sh -c '
const NOP = `${SHELL}#(nop) `
/** What later versions append: options of the build, and digests of what `--mount` brought. */
const SUFFIX = /(?:\|[A-Za-z][A-Za-z-]*=[^\s|]*)+$/
const OPTIONS = /\|(?:unset|inherit|force-|rewrite-|created-)/
const MOUNTED = /:[0-9a-f]{64}$/
const COMMITTED = /(?:^| )FROM \S+$/

/** Histories written by buildah. */
export const buildah: Dialect = {
  id: 'buildah',
  unexpanded: true,
  read(entry) {
    return buildahMark(entry) === 'buildah' ? readBuildah(entry) : null
  },
  records: (instruction) => docker.records(instruction),
}

/** Whose entry it is for certain, of the two builders that write alike; null when it could be of either. */
export function buildahMark({ createdBy, comment }: HistoryEntry): 'buildah' | 'docker' | null {
  if (!isAlike(createdBy)) return null
  if (COMMITTED.test(comment)) return 'buildah'
  const line = createdBy.startsWith(NOP) ? createdBy.slice(NOP.length) : ''
  if (line.startsWith(' ')) return 'docker'
  return /^[A-Z]/.test(line) && !/^(?:COPY|ADD|WORKDIR) /.test(line) ? 'buildah' : null
}

/** True for an entry in the notation that both share: a shell, or arguments before one. */
export function isAlike(createdBy: string): boolean {
  return createdBy.startsWith(SHELL) || (/^\|\d+ /.test(createdBy) && createdBy.includes(SHELL))
}

/** The entry as buildah meant it; null when it is not in its notation. */
export function readBuildah({ createdBy }: HistoryEntry): RecordedStep | null {
  if (!isAlike(createdBy)) return null
  const text = withoutSuffix(createdBy)
  if (text.startsWith(NOP)) {
    const step = readNop(text.slice(NOP.length).trimStart())
    return step === null ? null : { ...step, maker: 'buildah', text: withoutFlags(step.text) }
  }
  const [, before = '', command = ''] = /^(?:\|\d+ (.*?) )?\/bin\/sh -c (.*)$/s.exec(text) ?? []
  return {
    maker: 'buildah',
    keyword: 'RUN',
    text: withoutFlags(command),
    arguments: valuesOf(before),
    hash: null,
    destination: '',
  }
}

function withoutSuffix(text: string): string {
  const suffix = SUFFIX.exec(text)?.[0] ?? ''
  const plain = OPTIONS.test(suffix) ? text.slice(0, -suffix.length) : text
  return plain.replace(MOUNTED, '')
}

/** `A=1 B=x y`: the number before it counts words, so each value ends where the next name begins. */
function valuesOf(text: string): Record<string, string> {
  const names = [...text.matchAll(/(?:^|\s)([A-Za-z_]\w*)=/g)]
  return Object.fromEntries(
    names.map((match, index) => {
      const end = names[index + 1]?.index ?? text.length
      return [match[1] ?? '', text.slice(match.index + match[0].length, end)]
    }),
  )
}
