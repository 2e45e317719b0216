// Files of an image that name a commit, or are its Dockerfile: what may lead to its description.
import { byCodeUnit, type EmbeddedTrace, type Unknown } from '../../core/index.ts'
import { type Evidence, type RecordFile, rowsOfKind, tellUnknowns } from '../evidence.ts'

/** Traces of one kind; more of them say nothing of the image. */
const MOST = 200

/** The traces, by kind and path. */
export function assembleTraces(evidence: Evidence, unknowns: Unknown[]): readonly EmbeddedTrace[] {
  for (const id of ['red-hat-dockerfile', 'red-hat-contents']) {
    for (const file of evidence.of(id)) tellUnknowns(unknowns, file, id, 'partial')
  }
  const traces = [
    ...first(evidence.of('npm-manifest'), npmTrace),
    ...first(evidence.of('python-direct-url'), pipTrace),
    ...first(evidence.of('red-hat-dockerfile'), (file) => textTrace(file, 'dockerfile')),
    ...first(evidence.of('red-hat-contents'), (file) => textTrace(file, 'source')),
  ]
  return traces.sort((a, b) => byCodeUnit(a.kind, b.kind) || byCodeUnit(a.path, b.path))
}

function first(
  files: Iterable<RecordFile>,
  read: (file: RecordFile) => EmbeddedTrace | null,
): EmbeddedTrace[] {
  const traces: EmbeddedTrace[] = []
  for (const file of files) {
    const trace = read(file)
    if (trace !== null) traces.push(trace)
    if (traces.length >= MOST) break
  }
  return traces
}

/** A manifest outside of node_modules: the application's own, not a library's. */
function npmTrace(file: RecordFile): EmbeddedTrace | null {
  if (/(^|\/)node_modules\//.test(file.path)) return null
  for (const { facts } of rowsOfKind(file, 'package')) {
    const commit = facts['githead'] ?? ''
    if (commit !== '') return { kind: 'npm', path: file.path, repository: '', commit, text: '' }
  }
  return null
}

function pipTrace(file: RecordFile): EmbeddedTrace | null {
  const named = propertiesOf(file)
  const commit = named.get('commit') ?? ''
  if (named.get('vcs') !== 'git' || commit === '') return null
  return { kind: 'pip', path: file.path, repository: named.get('url') ?? '', commit, text: '' }
}

function textTrace(file: RecordFile, name: 'dockerfile' | 'source'): EmbeddedTrace | null {
  const text = propertiesOf(file).get(name)
  if (text === undefined) return null
  const { path } = file
  return { kind: `red-hat-${name}`, path, repository: '', commit: '', text }
}

function propertiesOf(file: RecordFile): ReadonlyMap<string, string> {
  const named = new Map<string, string>()
  for (const { name, value } of rowsOfKind(file, 'property')) {
    if (!named.has(name)) named.set(name, value)
  }
  return named
}
