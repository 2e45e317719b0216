// Whom a person trusts, by options: what cosign signed is verified or named, and wrong words are refused.
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ROOT as CHECKOUT, Desk } from './command-line.ts'

const desk = new Desk()
afterAll(() => desk.remove())

const LAYOUT = join(CHECKOUT, 'fixtures/cosign/layout.tar')
const KEY = join(CHECKOUT, 'fixtures/cosign/cosign.pub')
const ROOT = join(CHECKOUT, 'fixtures/cosign/root.pem')

describe('assay audit', () => {
  it('says of each attestation what it is worth', () => {
    const { stdout } = desk.run(['audit', LAYOUT, '--key', KEY])
    // the line is wrapped where the path of the key happens to end it
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      / attested 4 verified \(signed with the key \S*cosign\.pub\), 1 wrong/,
    )
    expect(stdout, 'provenance names a repository').toMatch(/^UNKNOWN/)
    expect(stdout).toMatch(/the attestation\s+\(https:\/\/slsa\.dev\/provenance\/v1\) is not used/)
    const asked = desk.run([
      ...['query', '--json'],
      'SELECT s.trust, count(*) AS n FROM signature s GROUP BY 1 ORDER BY 1',
    ])
    expect(JSON.parse(asked.stdout)).toEqual([
      { trust: 'verified', n: 4 },
      { trust: 'wrong', n: 1 },
    ])
    const claims = desk.run(['query', '--json', 'SELECT DISTINCT kind, trust, outcome FROM claim'])
    expect(JSON.parse(claims.stdout)).toEqual([
      { kind: 'provenance', trust: 'verified', outcome: 'not-at-hand' },
    ])
    const identity = [
      ...['--certificate-identity-regexp', '^ci@', '--ca-roots', ROOT],
      ...['--certificate-oidc-issuer', 'https://accounts.example.test'],
    ]
    const named = desk.run(['explain', LAYOUT, ...identity])
    expect(named.stdout).toMatch(/1 verified \(signed by ci@example\.test/)
    expect(named.stdout).toMatch(
      /provenance \(SLSA 1\.0, verified\): https:\/\/github\.com\/example\/app/,
    )
  })

  it.each([
    [['--key', ROOT], 2, /holds no public key in PEM/],
    [['--key', '/nonexistent/key.pem'], 3, /cannot be read/],
    [['--certificate-identity', 'x'], 2, /needs --certificate-oidc-issuer/],
    [['--certificate-identity', 'x', '--certificate-oidc-issuer', 'y'], 2, /--ca-roots FILE/],
    [['--certificate-identity-regexp', '(', '--certificate-oidc-issuer', 'y'], 2, /expression/],
  ])('%j', (words, status, message) => {
    const run = desk.run(['audit', LAYOUT, ...words])
    expect(run.status).toBe(status)
    expect(run.stdout).toBe('')
    expect(run.stderr).toMatch(message)
  })
})
