// package.json (docs.npmjs.com/cli/configuring-npm/package-json). Every member may be of any type:
// publishers write strings where objects are expected and the reverse.
import type { Dependency } from '../../core/index.ts'
import { type Cataloger, type CatalogRow, EMPTY_PACKAGE, unknownRow } from '../cataloger.ts'
import { asArray, asObject, asText, type JsonObject, parseJson } from '../json.ts'
import { distinct } from '../text.ts'

/** Reads a package manifest; whether it is an installed package is told by its place. */
export const npmManifest: Cataloger = {
  id: 'npm-manifest',
  version: 1,
  ecosystem: 'npm',
  describes: 'packages installed by npm, pnpm or yarn',
  files: [{ glob: '**/package.json', maxBytes: 4 << 20 }],
  *parse(_path, bytes) {
    const { value, problem } = parseJson(bytes)
    const manifest = asObject(value)
    if (manifest === null) yield unknownRow(problem ?? 'package.json holds no object')
    else yield rowOf(manifest)
  },
}

function rowOf(manifest: JsonObject): CatalogRow {
  const version = asText(manifest.get('version'))
  return {
    ...EMPTY_PACKAGE,
    name: asText(manifest.get('name')),
    version: version.trim().replace(/^[v=]+\s*/, ''),
    licences: licencesOf(manifest),
    maintainer: personOf(manifest.get('author')),
    homepage: asText(manifest.get('homepage')),
    description: asText(manifest.get('description')).slice(0, 500),
    dependencies: dependenciesOf(manifest),
    facts: factsOf(manifest),
  }
}

function factsOf(manifest: JsonObject): Record<string, string> {
  const facts: Record<string, string> = {}
  // npm up to 6 wrote where a package came from into its manifest.
  for (const name of ['_integrity', '_resolved', 'gitHead']) {
    const value = asText(manifest.get(name))
    if (value !== '') facts[name.replace(/^_/, '').toLowerCase()] = value
  }
  if (manifest.get('private') === true) facts['private'] = 'true'
  if (manifest.has('workspaces')) facts['workspaces'] = 'true'
  return facts
}

/** `license` as text or `{type}`, and the older list `licenses`; as written. */
function licencesOf(manifest: JsonObject): string[] {
  const forms = [manifest.get('license'), ...asArray(manifest.get('license'))]
  forms.push(manifest.get('licenses'), ...asArray(manifest.get('licenses')))
  return distinct(forms.map((form) => (asText(form) || asText(asObject(form)?.get('type'))).trim()))
}

/** `Name <mail> (url)` or `{name, email}`. */
function personOf(value: unknown): string {
  const person = asObject(value)
  if (person === null) return asText(value)
  const name = asText(person.get('name'))
  const email = asText(person.get('email'))
  return email === '' ? name : `${name} <${email}>`.trim()
}

function dependenciesOf(manifest: JsonObject): Dependency[] {
  const optionalPeers = asObject(manifest.get('peerDependenciesMeta'))
  const found = new Map<string, Dependency>()
  const add = (member: string, kind: Dependency['kind']) => {
    for (const [name, range] of asObject(manifest.get(member)) ?? []) {
      const spare = asObject(optionalPeers?.get(name))?.get('optional') === true
      const text = `${name}@${asText(range) || '*'}`
      found.set(name, {
        kind: kind === 'peer' && spare ? 'optional' : kind,
        text,
        alternatives: [name],
      })
    }
  }
  add('peerDependencies', 'peer')
  add('dependencies', 'depends')
  // npm: an entry here overrides the one of the same name in dependencies.
  add('optionalDependencies', 'optional')
  return [...found.values()]
}
