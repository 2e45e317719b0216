// Bazel (rules_docker, distroless): `bazel build …` with the author `Bazel`. rules_docker puts its entries
// before those of its base, as if Bazel had made the base (a Dockerfile on a base by Bazel looks the same);
// rules_oci writes no history at all. Neither can be told from the history.
import type { HistoryEntry } from '../../core/index.ts'
import { factsOf, found, makerDialect } from './profile.ts'

/** A committed container whose command was `bazel build` has neither the author nor the fixed date. */
function isBazel({ author, created, createdBy }: HistoryEntry): boolean {
  const fixed = author === 'Bazel' || /^(0001|1970)-01-01T/.test(created)
  return fixed && /^bazel build( |$)/.test(createdBy)
}

/** Images assembled by Bazel rules that write history. */
export const bazel = makerDialect('bazel', isBazel, {
  title: 'Bazel',
  description: 'Bazel targets (BUILD files, MODULE.bazel or WORKSPACE)',
  check:
    'check out the commit, build the image’s target with the same Bazel, and compare both images',
  builds: true,
  proven: '',
  unproven:
    'Debian’s bazel 4.2.3 runs, but the rules that make images are no packages (“Error downloading” rules_oci 1.8.0)',
  facts: ({ entries }) =>
    factsOf({
      target: found(
        entries.map(({ createdBy }) => createdBy),
        /^bazel build (?!\.\.\.$)(\S+)/,
      ).join(', '),
    }),
})
