// Poetry (python-poetry.org/docs/cli). It installs what poetry.lock says and refuses to when that does not fit.
import { valid } from 'semver'
import type { Operand } from './arguments.ts'
import { type Ask, expansionStart, listed, type NamedVersion, type Reader } from './manager.ts'
import { extrasOf, splitRequirement } from './requirement.ts'
import {
  deeper,
  hasOption,
  onlyTells,
  pythonModule,
  readSubcommand,
  type Subcommand,
  shown,
} from './subcommand.ts'

const OPTIONS = {
  short: 'CEGP',
  long: [
    '--directory',
    '--project',
    '--extras',
    '--group',
    '--with',
    '--without',
    '--only',
    '--source',
    '--platform',
    '--python',
    '--markers',
    '--optional',
  ],
}

const TELLING = new Set([
  '--no-root',
  '--no-dev',
  '--only',
  '--with',
  '--without',
  '--extras',
  '-E',
  '--all-extras',
  '--sync',
  '--source',
  '--allow-prereleases',
])

/** Reads the commands of Poetry. */
export const poetry: Reader = {
  reads: (program) => program === 'poetry' || /^(?:python|pypy)\d*(?:\.\d+)?$/.test(program),
  read: (command, { tracks }) => {
    const inner = pythonModule(command, /^poetry$/) ?? command
    if (!/(?:^|\/)poetry$/.test(inner.words[0] ?? '')) return []
    const given = readSubcommand(inner, OPTIONS)
    if (onlyTells(given)) return []
    if (given.verb === 'self') return readVerb(deeper(given), ['self'], false)
    return readVerb(given, [], tracks('poetry.lock'))
  },
}

function readVerb(given: Subcommand, before: readonly string[], locked: boolean): Ask[] {
  const { verb, names } = given
  const request = { manager: 'poetry', options: shown(given, TELLING, ...before) }
  switch (verb) {
    case 'install':
    case 'sync':
      return [{ ...request, action: 'install', ...listed(locked) }]
    case 'add':
      if (hasOption(given, '--lock')) return []
      return names.map((one) => ({
        ...request,
        action: 'install',
        ...splitName(one),
        options: [...request.options, ...extrasOf(one.text)],
      }))
    case 'remove':
      return names.map((one) => ({ ...request, action: 'remove', ...splitName(one) }))
    case 'update':
      if (hasOption(given, '--lock')) return []
      if (names.length === 0) return [{ ...request, action: 'upgrade', ...listed(false) }]
      return names.map((one) => ({ ...request, action: 'upgrade', ...splitName(one) }))
    default:
      return []
  }
}

/** A requirement, or `name@constraint`; a bare version behind the `@` is exact. */
function splitName(one: Operand): NamedVersion {
  const { text, dynamic } = one
  const at = text.indexOf('@')
  if (at <= 0 || at > expansionStart(text) || /[\s:/]/.test(text)) return splitRequirement(one)
  const name = text.slice(0, at).replace(/\[.*$/, '')
  const version = text.slice(at + 1)
  const exact = valid(version) !== null || /^==?\s*\d[\w.+!]*$|^\d+(?:\.\d+)+\w*$/.test(version)
  return { name, constraint: text.slice(at), pinned: !dynamic && exact }
}
