// Nix (nixpkgs, pkgs/build-support/docker): layered images name the store paths of each layer in a comment,
// written as a Python list; `buildImage` writes no history.
import { byCodeUnit } from '../../core/index.ts'
import { factsOf, makerDialect } from './profile.ts'

const STORE_PATH = /\/nix\/store\/[0-9a-z]{32}-([^'"\s,\]]{1,200})/g
/** Names that a fact shows. */
const SHOWN = 12

/** Images made by Nix's dockerTools, in layers. */
export const nix = makerDialect('nix', ({ comment }) => /^store paths: \[/.test(comment), {
  title: 'Nix',
  description:
    'a Nix expression that calls dockerTools (flake.nix, default.nix) and its lock (flake.lock)',
  check: 'check out the commit, build that output with the same nixpkgs, and compare both images',
  builds: true,
  proven: '',
  unproven:
    "Debian’s nix 2.8.0 runs, but dockerTools is in nixpkgs, which is no package (“file 'nixpkgs' was not found in the Nix search path”)",
  facts({ entries }) {
    const names = new Set<string>()
    for (const { comment } of entries) {
      for (const match of comment.matchAll(STORE_PATH)) names.add(match[1] ?? '')
    }
    const sorted = [...names]
      .filter((name) => !name.startsWith('customisation-layer'))
      .sort(byCodeUnit)
    const more = sorted.length > SHOWN ? ` and ${sorted.length - SHOWN} more` : ''
    return factsOf({
      'store paths': sorted.length === 0 ? '' : String(sorted.length),
      packages: sorted.slice(0, SHOWN).join(', ') + more,
    })
  },
})
