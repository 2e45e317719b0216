// `REPO[#REV[:CONTEXT]]`, the form of BuildKit's git contexts (docs.docker.com/build/concepts/context),
// for repositories on this machine.
import { existsSync } from 'node:fs'
import { usageError } from '../core/index.ts'
import { isRemote } from './git/index.ts'

/** What a `--source` names. */
export interface Source {
  /** Path of a work tree, a bare repository or a bundle. */
  readonly repository: string
  /** Null for HEAD. */
  readonly revision: string | null
  /** Folder of the context from the repository's root; null when none is named. */
  readonly context: string | null
}

/**
 * Splits a source. A `#` that belongs to a path on this machine is part of the path.
 * @throws AssayError (usage) for an empty or remote repository, or a revision that begins with `-`.
 */
export function parseSource(text: string): Source {
  const [repository, fragment] = splitFragment(text)
  if (repository === '') {
    throw usageError(`a source names no repository: "${text}"`, { hint: FORM })
  }
  if (isRemote(repository)) {
    throw usageError(`nothing is cloned: ${repository} is not on this machine`, {
      hint: 'clone it and name the folder, or pass a bundle',
    })
  }
  const colon = fragment.indexOf(':')
  const revision = colon < 0 ? fragment : fragment.slice(0, colon)
  const context = colon < 0 ? '' : fragment.slice(colon + 1)
  if (revision.startsWith('-')) {
    throw usageError(`a revision cannot begin with "-": ${revision}`, { where: repository })
  }
  return {
    repository,
    revision: revision === '' ? null : revision,
    context: context === '' ? null : context,
  }
}

const FORM = 'the form is REPOSITORY[#REVISION[:CONTEXT]], the repository being a path'

/** The longest part before a `#` that exists is the path; when none does, the first. */
function splitFragment(text: string): [string, string] {
  if (existsSync(text)) return [text, '']
  for (let hash = text.lastIndexOf('#'); hash > 0; hash = text.lastIndexOf('#', hash - 1)) {
    const path = text.slice(0, hash)
    if (existsSync(path)) return [path, text.slice(hash + 1)]
  }
  const first = text.indexOf('#')
  return first < 0 ? [text, ''] : [text.slice(0, first), text.slice(first + 1)]
}
