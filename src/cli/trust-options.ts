// The options that say who may sign attestations; their names are those of cosign.
import type { Command } from 'commander'
import type { TrustRequest } from '../audit/index.ts'
import { collect, type RawOptions, texts } from './options.ts'

/** Adds the options. */
export function addTrustOptions(command: Command): Command {
  return command
    .option(
      '--key <file>',
      'public key in PEM that attestations must be signed with; may be repeated',
      collect,
    )
    .option('--certificate-identity <name>', 'mail address or URI that a certificate is for')
    .option('--certificate-identity-regexp <expression>', 'the same as a regular expression')
    .option('--certificate-oidc-issuer <url>', 'who must have vouched for that identity')
    .option('--certificate-oidc-issuer-regexp <expression>', 'the same as a regular expression')
    .option(
      '--certificate-chain <file>',
      'certificates in PEM, the root last; may be repeated',
      collect,
    )
    .option('--ca-roots <file>', 'root certificates in PEM; may be repeated', collect)
    .option('--ca-intermediates <file>', 'certificates below them; may be repeated', collect)
    .option('--rekor-key <file>', 'public key of the transparency log, which tells signing times')
}

/** Whom the options trust. */
export function trustOptions(raw: RawOptions): TrustRequest {
  const text = (name: string): string | null => {
    const value = raw[name]
    return typeof value === 'string' ? value : null
  }
  return {
    keys: texts(raw, 'key'),
    identity: text('certificateIdentity'),
    identityRegexp: text('certificateIdentityRegexp'),
    issuer: text('certificateOidcIssuer'),
    issuerRegexp: text('certificateOidcIssuerRegexp'),
    roots: texts(raw, 'caRoots'),
    intermediates: texts(raw, 'caIntermediates'),
    chains: texts(raw, 'certificateChain'),
    log: text('rekorKey'),
  }
}
