import { expect, test } from 'vitest'
import {
  auditResult,
  command,
  description,
  digestFor,
  finding,
  freshInventory,
  imageFacts,
  instruction,
  NO_CATALOG,
} from '../support/inventory.ts'

function record(config: string, inputDigest: string) {
  return {
    result: auditResult(config),
    description: description(
      [
        instruction(1, 'RUN', '/usr/bin/apt-get install -y curl'),
        instruction(2, 'COPY', 'a b /c/', {
          copy: {
            sources: ['a', 'b'],
            destination: '/c/',
            destinationIsFolder: true,
            from: null,
            chmod: '',
            chown: '',
            link: false,
            parents: false,
            exclude: [],
            checksum: '',
          },
        }),
      ],
      { commands: [command(1, 0, ['/usr/bin/apt-get', 'install', '-y', 'curl'])] },
    ),
    revisions: [
      { from: 'label', text: 'abc-dirty', commit: '', state: 'missing' as const, dirty: true },
    ],
    origins: [
      {
        path: 'usr/bin/x\udcff',
        kind: 'file' as const,
        size: 5,
        origin: 'unexplained' as const,
        strength: 'proved' as const,
        layer: 0,
        step: null,
        owner: '',
        evidence: 'no one claims it',
      },
    ],
    ownedFiles: [
      {
        purl: 'pkg:deb/debian/curl@8?arch=amd64',
        path: 'bin/curl',
        realPath: 'usr/bin/curl',
        algorithm: 'md5' as const,
        digest: 'd'.repeat(32),
        state: 'modified' as const,
        configuration: false,
      },
    ],
    inputDigest,
    ruleSet: 'r1',
  }
}

test('rules see the detail before the findings are in; the audit is reused only after', () => {
  const inventory = freshInventory()
  inventory.putImage(imageFacts('app', []), NO_CATALOG, () => null)
  const audit = record('app', 'i1')
  inventory.putAudit(audit)
  expect(inventory.query('SELECT path, origin, step FROM origin')).toEqual([
    { path: 'usr/bin/x\\xff', origin: 'unexplained', step: null },
  ])
  expect(inventory.query('SELECT purl, real_path, configuration FROM owned_file')).toEqual([
    { purl: 'pkg:deb/debian/curl@8?arch=amd64', real_path: 'usr/bin/curl', configuration: 0 },
  ])
  expect(inventory.auditByInput('i1')).toBe(null)
  const result = { ...audit.result, findings: [finding('T01'), finding('T02')] }
  inventory.finishAudit(result)
  expect(inventory.auditByInput('i1')).toEqual(result)
  expect(inventory.auditByInput('i2')).toBe(null)
  expect(inventory.query('SELECT rule FROM finding')).toEqual([{ rule: 'T01' }, { rule: 'T02' }])
  expect(
    inventory.query('SELECT at, verdict, counts ->> :n AS n FROM audit_history', {
      n: 'warnings',
    }),
  ).toEqual([{ at: '2026-02-01T00:00:00Z', verdict: 'drifted', n: 2 }])
  inventory.close()
})

test('the next audit of an image replaces the detail and lengthens the ledger', () => {
  const inventory = freshInventory()
  inventory.putImage(imageFacts('app', []), NO_CATALOG, () => null)
  for (const [input, at] of [
    ['i1', '2026-01-01'],
    ['i2', '2026-01-02'],
  ] as const) {
    const audit = record('app', input)
    inventory.putAudit({ ...audit, result: { ...audit.result, at } })
    inventory.finishAudit({ ...audit.result, at, findings: [finding('T01')] })
  }
  expect(inventory.auditByInput('i1')).toBe(null)
  expect(inventory.auditByInput('i2')?.at).toBe('2026-01-02')
  expect(inventory.query('SELECT count(*) AS n FROM instruction')).toEqual([{ n: 3 }])
  expect(inventory.query('SELECT count(*) AS n FROM audit_history')).toEqual([{ n: 2 }])
  inventory.close()
})

test('an image read again keeps its audit', () => {
  const inventory = freshInventory()
  inventory.putImage(imageFacts('app', []), NO_CATALOG, () => null)
  inventory.putAudit(record('app', 'i1'))
  inventory.finishAudit(auditResult('app'))
  inventory.putImage(imageFacts('app', []), NO_CATALOG, () => null)
  expect(inventory.auditByInput('i1')).not.toBe(null)
  inventory.close()
})

test('the description as rows', () => {
  const inventory = freshInventory()
  inventory.putImage(imageFacts('app', []), NO_CATALOG, () => null)
  inventory.putAudit(record('app', 'i1'))
  const image = digestFor('app')
  const all = (sql: string) => inventory.query(sql, { image })
  expect(all('SELECT registry, repository, tag, digest, line FROM from_reference')).toEqual([
    { registry: 'docker.io', repository: 'library/debian', tag: '13', digest: '', line: 1 },
  ])
  expect(all('SELECT name, words FROM command WHERE image = :image')).toEqual([
    { name: 'apt-get', words: '["/usr/bin/apt-get","install","-y","curl"]' },
  ])
  expect(all('SELECT source, destination, from_kind FROM copy_source ORDER BY source')).toEqual([
    { source: 'a', destination: '/c/', from_kind: 'context' },
    { source: 'b', destination: '/c/', from_kind: 'context' },
  ])
  expect(all('SELECT source, state, dirty FROM revision')).toEqual([
    { source: 'label', state: 'missing', dirty: 1 },
  ])
  expect(all('SELECT dockerfile, target FROM description')).toEqual([
    { dockerfile: 'Dockerfile', target: '0' },
  ])
  inventory.close()
})

test('labels of the base are inherited', () => {
  const inventory = freshInventory()
  const base = imageFacts('base', [])
  inventory.putImage(base, NO_CATALOG, () => null)
  const facts = imageFacts('app', [])
  const labels = { maintainer: 'team', version: '2' }
  inventory.putImage({ ...facts, settings: { ...facts.settings, labels } }, NO_CATALOG, () => null)
  const image = digestFor('app')
  const ask = () =>
    inventory.query('SELECT key, inherited FROM label WHERE image = :image ORDER BY key', {
      image,
    })
  expect(ask()).toEqual([
    { key: 'maintainer', inherited: null },
    { key: 'version', inherited: null },
  ])
  const known = {
    reference: 'base',
    config: base.config,
    layers: 0,
    how: 'known',
    strength: 'proved' as const,
    verdict: null,
  }
  inventory.putAudit({ ...record('app', 'i1'), result: auditResult('app', { base: known }) })
  expect(ask()).toEqual([
    { key: 'maintainer', inherited: 1 },
    { key: 'version', inherited: 0 },
  ])
  inventory.close()
})
