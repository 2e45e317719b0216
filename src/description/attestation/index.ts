// Signed statements about images: their forms, and whether a signature holds.
export { readCertificates } from './certificate.ts'
export { isKnownKey } from './signature.ts'
export {
  NO_TRUST,
  type Trust,
  type TrustedIdentity,
  type Verification,
  verifyAttestation,
} from './verify.ts'
