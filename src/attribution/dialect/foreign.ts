// Makers whose steps are no Dockerfile instructions as we align them: named, so that nobody takes them for
// the work of a hand (the marks are those of the makers' own sources).
import type { HistoryEntry } from '../../core/index.ts'
import { type Dialect, opaqueStep } from './dialect.ts'

/** Maker, and the mark of its entries. */
const MAKERS: readonly (readonly [maker: string, mark: (entry: HistoryEntry) => boolean])[] = [
  ['kaniko', ({ author }) => author === 'kaniko'],
  ['jib', ({ author }) => author === 'Jib'],
  ['ko', ({ author }) => author === 'ko'],
  ['apko', ({ author }) => author === 'apko'],
  ['bazel', ({ createdBy }) => /^bazel build( |$)/.test(createdBy)],
  ['umoci', ({ createdBy }) => /^umoci (repack|insert|config|raw)( |$)/.test(createdBy)],
  ['debuerreotype', ({ comment }) => /^debuerreotype \d/.test(comment)],
  ['nix', ({ comment }) => /^store paths: \[/.test(comment)],
  [
    'buildpacks',
    ({ createdBy }) =>
      /^(Layer: '.*', Created by buildpack: |Application (Layer|Slice: \d+$)|Buildpacks |Software Bill-of-Materials$)/.test(
        createdBy,
      ),
  ],
]

/** Histories of other makers: known, and not read further. */
export const foreign: Dialect = {
  id: 'foreign',
  read(entry) {
    const found = MAKERS.find(([, mark]) => mark(entry))
    return found === undefined ? null : opaqueStep(found[0], entry.createdBy)
  },
  records: () => false,
}
