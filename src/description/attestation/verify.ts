// Whether a signature of an attestation holds for a key or an identity that the user gave. Offline: what only the
// network could tell is named as unchecked.
import type { KeyObject, X509Certificate } from 'node:crypto'
import { type Attestation, excerpt } from '../../core/index.ts'
import { statementOf } from '../claim/statement.ts'
import { followChain, identityOf, readCertificates } from './certificate.ts'
import { type SignedForm, signedForm } from './form.ts'
import { integratedAt } from './log-entry.ts'
import { isSignedBy } from './signature.ts'

/** Whom the user trusts. */
export interface Trust {
  readonly keys: readonly { readonly name: string; readonly key: KeyObject }[]
  /** Whose certificates are trusted; null for nobody's. */
  readonly identity: TrustedIdentity | null
  readonly roots: readonly X509Certificate[]
  readonly intermediates: readonly X509Certificate[]
  /** Key of the transparency log; null when it was not given. */
  readonly log: KeyObject | null
}

/** An identity as the options name it: a text, or an expression that may match anywhere. */
export interface TrustedIdentity {
  readonly name: string | RegExp
  readonly issuer: string | RegExp
}

/** Trust in nobody. */
export const NO_TRUST: Trust = { keys: [], identity: null, roots: [], intermediates: [], log: null }

/** What verifying came to. */
export interface Verification {
  /** `wrong`: somebody is trusted, and the signature is not theirs; or it is about something else. */
  readonly trust: 'verified' | 'unverified' | 'wrong'
  /** What verified it, or why it is not. */
  readonly note: string
  readonly unchecked: readonly string[]
}

const answer = (trust: Verification['trust'], note: string, unchecked: readonly string[] = []) => ({
  trust,
  note,
  unchecked,
})

/** Verifies an attestation about an image. */
export function verifyAttestation(attestation: Attestation, trust: Trust): Verification {
  const form = signedForm(attestation)
  const subjects =
    form === null || typeof form === 'string' ? statementOf(attestation)?.subjects : form.subjects
  const isAbout = subjects?.some((one) => attestation.about.includes(one)) === true
  if (subjects !== undefined && subjects.length > 0 && !isAbout) {
    return answer('wrong', 'it is about another image')
  }
  const nobody = trust.keys.length === 0 && trust.identity === null
  if (form === null) return answer('unverified', 'it is not signed')
  if (typeof form === 'string') return answer(nobody ? 'unverified' : 'wrong', form)
  if (nobody) return answer('unverified', 'no key and no certificate identity was given')
  if (!isAbout) return answer('wrong', 'it names no image that it is about')
  const key = trust.keys.find((one) => isSigned(form, one.key))
  if (key !== undefined) return answer('verified', `signed with the key ${key.name}`)
  if (trust.identity === null) return answer('wrong', otherKey(trust))
  const verified = byCertificate(form, trust, trust.identity)
  return verified.trust !== 'verified' && trust.keys.length > 0
    ? answer('wrong', `${otherKey(trust)}; ${verified.note}`)
    : verified
}

function otherKey({ keys }: Trust): string {
  return `its signature is not that of the key ${keys.map(({ name }) => name).join(' or ')}`
}

function isSigned({ message, signatures }: SignedForm, key: KeyObject): boolean {
  return signatures.some((signature) => isSignedBy(key, message, signature))
}

function byCertificate(form: SignedForm, trust: Trust, wanted: TrustedIdentity): Verification {
  const certificates = form.certificates.flatMap((one) => readCertificates(one))
  const [leaf, ...others] = certificates
  if (leaf === undefined) return answer('unverified', 'it holds no certificate')
  if (!isSigned(form, leaf.publicKey)) {
    return answer('wrong', 'its signature is not that of its own certificate')
  }
  const { names, issuer } = identityOf(leaf)
  const name = names.find((one) => matches(wanted.name, one))
  if (name === undefined) {
    const shown = names.map((one) => excerpt(one, 120)).join(', ')
    return answer('wrong', `its certificate is that of ${shown || 'nobody'}`)
  }
  if (!matches(wanted.issuer, issuer)) {
    const shown = excerpt(issuer, 120) || 'nobody that it names'
    return answer('wrong', `the identity in its certificate was told by ${shown}`)
  }
  const at = signingTime(form, trust)
  const { failure } = followChain(leaf, [...others, ...trust.intermediates], trust.roots, at)
  if (failure !== '') return answer('wrong', failure)
  const by = `signed by ${excerpt(name, 120)}, whom ${excerpt(issuer, 120)} vouched for`
  return answer('verified', by, at === null ? [unknownTime(form, trust)] : [])
}

function matches(wanted: string | RegExp, found: string): boolean {
  if (typeof wanted === 'string') return wanted === found
  return found.length <= 2048 && wanted.test(found)
}

function signingTime({ entries, signatures, message, payload }: SignedForm, { log }: Trust) {
  if (log === null) return null
  const signed = { signatures, payloads: [message, payload] }
  for (const entry of entries) {
    const time = integratedAt(entry, log, signed)
    if (time !== null) return time
  }
  return null
}

function unknownTime({ entries }: SignedForm, { log }: Trust): string {
  const what = 'whether its certificate was valid when it signed'
  if (log === null) return `${what}: --rekor-key FILE, the key of the transparency log, would tell`
  return entries.length === 0
    ? `${what}: it holds no promise of a transparency log`
    : `${what}: no promise in it is signed by the log whose key was given`
}
