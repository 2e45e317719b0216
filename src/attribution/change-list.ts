// Collects changes and folds what one act of a person did into one change.
import type { Change, ChangeKind } from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'

/** A change before it is placed: what is not given is empty. */
export interface ChangeSeed extends Partial<Omit<Change, 'kind' | 'subject' | 'folded'>> {
  readonly kind: ChangeKind
  readonly subject: string
}

/** Kinds in the order in which a person wants to read them. */
const ORDER: readonly ChangeKind[] = [
  'modified',
  'mode',
  'added',
  'package-changed',
  'package-added',
  'package-removed',
  'account',
  'deleted',
  'owner',
  'setting',
  'argument',
  'step',
]

/** All changes of an image. */
export class ChangeList {
  readonly #changes: Change[] = []
  readonly #folds = new Map<string, { readonly seed: ChangeSeed; readonly paths: Set<string> }>()

  /** A change that stands alone. */
  add(seed: ChangeSeed): void {
    this.#changes.push(changeOf(seed, []))
  }

  /** Opens a fold, or keeps the one that is open under this key. */
  open(key: string, seed: ChangeSeed): void {
    if (!this.#folds.has(key)) this.#folds.set(key, { seed, paths: new Set() })
  }

  /** Counts a path to an open fold; false when none is open under this key. */
  fold(key: string, path: string): boolean {
    const fold = this.#folds.get(key)
    fold?.paths.add(path)
    return fold !== undefined
  }

  /** Every change that stands, what matters most first; `stands` gets the key of a fold, else ''. */
  all(stands: (change: Change, fold: string) => boolean = () => true): readonly Change[] {
    const folded = [...this.#folds].flatMap(([key, { seed, paths }]) => {
      const others = [...paths].filter((path) => path !== seed.path)
      const change = changeOf(seed, others.sort(byCodeUnit))
      return stands(change, key) ? [change] : []
    })
    const single = this.#changes.filter((change) => stands(change, ''))
    return [...single, ...folded].sort(byWeight)
  }
}

function changeOf(seed: ChangeSeed, folded: readonly string[]): Change {
  return {
    path: '',
    origin: '',
    layer: null,
    step: null,
    line: null,
    owner: '',
    expected: '',
    found: '',
    evidence: '',
    ...seed,
    folded,
  }
}

/** The order of changes: what matters most first. */
export function byWeight(a: Change, b: Change): number {
  return (
    ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
    byCodeUnit(a.subject, b.subject) ||
    (a.layer ?? -1) - (b.layer ?? -1) ||
    (a.step ?? -1) - (b.step ?? -1) ||
    byCodeUnit(a.evidence, b.evidence) ||
    byCodeUnit(a.found, b.found)
  )
}
