// The text of assay.yaml to a `Policy`, or the first thing that is wrong with it and where.
import { dirname, isAbsolute, join } from 'node:path'
import type { z } from 'zod'
import { AssayError, type Platform, printable } from '../core/index.ts'
import { type Place, PolicyDocument } from './document.ts'
import type { ArtifactRule, ImageMapping, NamedRepository, Policy } from './policy.ts'
import { PLANNED_KEYS, POLICY_SCHEMA, type PolicyText } from './schema.ts'

/**
 * Parses an assay.yaml; relative paths in it are relative to the folder of `file`.
 * @throws AssayError `configuration` with file, line, column and what was expected.
 */
export function parsePolicy(file: string, text: string): Policy {
  const document = new PolicyDocument(file, text)
  const checked = POLICY_SCHEMA.safeParse(document.root)
  if (!checked.success) throw firstFault(document, checked.error.issues)
  return new Decoder(file, document).policy(checked.data)
}

class Decoder {
  readonly #file: string
  readonly #document: PolicyDocument

  constructor(file: string, document: PolicyDocument) {
    this.#file = file
    this.#document = document
  }

  policy({ images = [], repositories = [], artifacts = [] }: PolicyText): Policy {
    return {
      file: this.#file,
      images: images.map((image, at) => this.#image(image, ['images', at])),
      repositories: repositories.map((name, at) => this.#repository(name, ['repositories', at])),
      artifacts: artifacts.map((artifact, at) => this.#artifact(artifact, ['artifacts', at])),
    }
  }

  #image(image: NonNullable<PolicyText['images']>[number], place: Place): ImageMapping {
    const { match, platform } = image
    return {
      match: typeof match === 'string' ? [match] : match,
      repository: this.#repository(image.repository, [...place, 'repository']),
      revision: image.revision ?? null,
      dockerfile: image.dockerfile ?? null,
      context: image.context ?? null,
      target: image.target ?? null,
      arguments: Object.fromEntries(
        Object.entries(image.arguments ?? {}).map(([name, value]) => [name, String(value)]),
      ),
      base: image.base === undefined ? null : this.#beside(image.base),
      platform: platform === undefined ? null : platformOf(platform),
      line: this.#document.lineOf(place),
    }
  }

  #artifact(artifact: NonNullable<PolicyText['artifacts']>[number], place: Place): ArtifactRule {
    const { path, by, repository } = artifact
    const at = [...place, 'path']
    if (path.startsWith('!')) {
      throw this.#document.fault(
        at,
        'expected a pattern without !: what is not named is no artifact',
      )
    }
    if (/^\/*(\.\/)*(\*\*\/?)*\**\/?$/.test(path) || path === '.') {
      throw this.#document.fault(
        at,
        'expected a pattern that names files: this one would excuse the whole context',
      )
    }
    return {
      path,
      by,
      repository:
        repository === undefined ? null : this.#repository(repository, [...place, 'repository']),
      line: this.#document.lineOf(place),
    }
  }

  #repository(name: string, place: Place): NamedRepository {
    const path = isUrl(name) ? '' : this.#beside(name)
    return { name, path, line: this.#document.lineOf(place) }
  }

  #beside(path: string): string {
    return isAbsolute(path) ? path : join(dirname(this.#file), path)
  }
}

/** `https://host/x`, and the short form of ssh, `git@host:x`. */
function isUrl(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(name) || /^[^/\\]+@[^/\\]+:/.test(name)
}

function platformOf(text: string): Platform {
  const [os = '', architecture = '', variant = ''] = text.split('/')
  return { os, architecture, variant }
}

type Issue = z.core.$ZodIssue

/** The first fault of the file, in the order in which a person reads it. */
function firstFault(document: PolicyDocument, issues: readonly Issue[]): AssayError {
  const faults = issues
    .flatMap(faultsOf)
    // A misspelt key is why another one is missing.
    .sort((a, b) => a.rank - b.rank || document.compare(a.place, b.place))
  const [first] = faults
  if (first === undefined)
    return new AssayError('internal', 'a policy was refused without a reason')
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  return document.fault(first.place, `${first.message}${more}`, first.hint)
}

interface Fault {
  /** 0 for a key that is not known, 1 for all else. */
  readonly rank: number
  readonly place: Place
  readonly message: string
  readonly hint?: string
}

function faultsOf(issue: Issue): Fault[] {
  const place = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, place))
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ rank: 1, place, message: atName(place, message) }))
  }
  // Of a union the branch that the value meant: a list is told what its items should be.
  if (issue.code === 'invalid_union') {
    const branch = issue.errors.find((errors) => errors.some(({ path }) => path.length > 0))
    const deeper = branch?.map((error) =>
      faultsOf({ ...error, path: [...issue.path, ...error.path] }),
    )
    if (deeper !== undefined) return deeper.flat()
  }
  return [{ rank: 1, place, message: atName(place, issue.message) }]
}

function atName(place: Place, message: string): string {
  const name = place.findLast((step) => typeof step === 'string')
  return name === undefined ? message : `\`${printable(String(name))}\`: ${message}`
}

/** Keys of each mapping of the file, by the last word on the way to it. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(POLICY_SCHEMA.shape),
  images: Object.keys(POLICY_SCHEMA.shape.images.unwrap().element.shape),
  artifacts: Object.keys(POLICY_SCHEMA.shape.artifacts.unwrap().element.shape),
}

function unknownKey(key: string, place: Place): Fault {
  const known = KEYS[String(place[0] ?? '')] ?? []
  const name = printable(key)
  const at = [...place, key]
  if (place.length === 0 && PLANNED_KEYS.includes(key)) {
    const message = `\`${name}\` is not known yet: this version reads ${known.join(', ')}`
    return { rank: 0, place: at, message }
  }
  const near = nearest(key, known)
  const message = `unknown key \`${name}\`; expected ${known.join(', ')}`
  return {
    rank: 0,
    place: at,
    message,
    ...(near === null ? {} : { hint: `did you mean \`${near}\`?` }),
  }
}

/** What other tools call some of the keys. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  args: 'arguments',
  build_args: 'arguments',
  'build-args': 'arguments',
  file: 'dockerfile',
  stage: 'target',
  ref: 'revision',
  commit: 'revision',
}

/** The known word that another word was meant to be. */
function nearest(key: string, known: readonly string[]): string | null {
  const word = key.toLowerCase()
  const other = Object.hasOwn(ELSEWHERE, word) ? ELSEWHERE[word] : undefined
  if (other !== undefined && known.includes(other)) return other
  const prefix = known.find(
    (other) => word.length > 2 && (other.startsWith(word) || word.startsWith(other)),
  )
  const scored = known.map((other) => ({ other, distance: distance(word.slice(0, 40), other) }))
  const [best] = scored.sort((a, b) => a.distance - b.distance)
  if (best !== undefined && best.distance <= Math.max(1, Math.floor(best.other.length / 3))) {
    return best.other
  }
  return prefix ?? null
}

/** Letters to change, add or take away. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
