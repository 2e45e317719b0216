// What a Dockerfile's text stands on: variables, folder and shell of its base. `$PATH` reads otherwise on another.
import type { ImageSettings } from '../core/index.ts'
import type { ReadEntry } from './align.ts'
import { isUnexpanded } from './dialect/index.ts'

/** The settings of a base that change how the text of a description reads. */
export interface Ground {
  readonly environment: Readonly<Record<string, string>>
  readonly workdir: string
  readonly shell: readonly string[]
  /** ONBUILD triggers of the base, which run first in a build on it. */
  readonly onBuild: readonly string[]
}

/** The ground that a base with these settings gives. */
export function groundOf({ env, workingDir, shell, onBuild }: ImageSettings): Ground {
  const pairs = env.map((text): [string, string] => {
    const at = text.indexOf('=')
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
  })
  const environment = Object.fromEntries(pairs)
  return { environment, workdir: workingDir, shell: shell ?? [], onBuild }
}

/** The ground as the entries of a base tell it that is not at hand itself. */
export function groundOfHistory(entries: readonly ReadEntry[]): Ground {
  const environment = new Map<string, string>()
  let workdir = ''
  for (const { step } of entries) {
    if (step.keyword === 'ENV') {
      for (const [name, value] of pairsOf(step.text)) {
        // what a variable in it stood for is not recorded
        if (!isUnexpanded(step) || !value.includes('$')) environment.set(name, value)
      }
    } else if (step.keyword === 'WORKDIR') {
      workdir = step.text.startsWith('/') ? step.text : `${workdir}/${step.text}`
    }
  }
  // A SHELL entry has lost where its words end; BuildKit records no ONBUILD.
  return { environment: Object.fromEntries(environment), workdir, shell: [], onBuild: [] }
}

/** `A=1 B=x y`: builders write the values without quotes, so each ends where the next name begins. */
function pairsOf(text: string): readonly (readonly [string, string])[] {
  const names = [...text.matchAll(/(?:^|\s)([A-Za-z_]\w*)=/g)]
  return names.map((match, index) => {
    const end = names[index + 1]?.index ?? text.length
    const value = text.slice(match.index + match[0].length, end).trim()
    return [match[1] ?? '', value.replace(/^"(.*)"$/s, '$1')]
  })
}
