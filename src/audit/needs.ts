// What a new description of an image has to say: sentences in the order of a Dockerfile.
import type { FileOrigin } from '../core/index.ts'
import type { ImageExplanation } from '../report/index.ts'
import type { ComparedImage } from './compare-image.ts'

type Known = Pick<ImageExplanation, 'requested' | 'settings' | 'accounts'>

const INSTALL: Readonly<Record<string, string>> = {
  deb: 'apt-get install',
  apk: 'apk add',
  npm: 'npm install',
  pypi: 'pip install',
}
const JOIN: Readonly<Record<string, string>> = { npm: '@', pypi: '==' }
/** Packages named on one line. */
const NAMED = 12
/** Folders of files of no origin that are named. */
const FOLDERS = 8

/** The sentences; what the base brings is left out. */
export function descriptionNeeds(one: ComparedImage, known: Known): string[] {
  return [
    baseNeed(one),
    ...packageNeeds(known),
    ...known.accounts
      .filter((row) => !row.fromBase && row.kind === 'user')
      .map((row) => `the account ${row.name}`),
    ...fileNeeds(one),
    ...known.settings
      .filter((row) => !row.fromBase)
      .map(
        (row) => `${row.name} ${row.name === 'ENV' ? row.value.replace(/=.*$/s, '=…') : row.value}`,
      ),
  ]
}

function baseNeed({ compared }: ComparedImage): string {
  const { base, attribution } = compared
  const { distribution } = attribution.catalog
  if (base !== null && base.reference !== '') {
    return base.strength === 'guessed'
      ? `FROM ${base.reference} (a guess)`
      : `FROM ${base.reference}`
  }
  return distribution === null || distribution.prettyName === ''
    ? 'FROM: its base is not known'
    : `FROM an image of ${distribution.prettyName}`
}

function packageNeeds({ requested }: Known): string[] {
  const needs: string[] = []
  for (const [type, command] of Object.entries(INSTALL)) {
    const own = requested.filter((row) => row.type === type && !row.fromBase)
    if (own.length === 0) continue
    const names = own.slice(0, NAMED).map((row) => `${row.name}${JOIN[type] ?? '='}${row.version}`)
    const more = own.length > NAMED ? ` and ${own.length - NAMED} more` : ''
    needs.push(`${command} ${names.join(' ')}${more}`)
  }
  return needs
}

/** Files of no origin, counted by the two upper folders of their path. */
function fileNeeds({ compared }: ComparedImage): string[] {
  const folders = new Map<string, FileOrigin[]>()
  for (const file of compared.attribution.files) {
    if (file.origin !== 'unexplained') continue
    const folder = file.path.split('/').slice(0, -1).slice(0, 2).join('/')
    const known = folders.get(folder)
    if (known === undefined) folders.set(folder, [file])
    else known.push(file)
  }
  const ranked = [...folders].sort(([, a], [, b]) => b.length - a.length)
  const needs = ranked.slice(0, FOLDERS).map(([folder, files]) => {
    const count = files.length === 1 ? '1 file' : `${files.length} files`
    return `${count} of no known origin in /${folder}`
  })
  const rest = ranked.length - FOLDERS
  return rest > 0 ? [...needs, `files of no known origin in ${rest} more folders`] : needs
}
