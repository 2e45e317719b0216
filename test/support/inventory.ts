// Small facts for tests of the inventory, the rules and the reports: whole objects with the
// fields that a test does not care about filled in.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type {
  AuditResult,
  Command,
  Description,
  Digest,
  Finding,
  ImageFacts,
  InstalledPackage,
  Instruction,
} from '../../src/core/index.ts'
import { NO_BUILDS } from '../../src/core/index.ts'
import { type Inventory, openInventory } from '../../src/inventory/index.ts'
import { sha256 } from './image.ts'

/** A private folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The digest of a text, for ids. */
export function digestFor(text: string): Digest {
  return `sha256:${sha256(text)}`
}

/** A new inventory in a folder of its own. */
export function freshInventory(): Inventory {
  return openInventory(join(temporaryFolder(), 'inventory.db'))
}

/** A catalog of an image in which nothing was found. */
export const NO_CATALOG = { distribution: null, packages: [], unknowns: [] }

/** A stored layer whose block is not meant to be decoded. */
export function layerRecord(name: string) {
  return {
    diffId: digestFor(name),
    size: 10,
    entries: 3,
    digests: ['md5'] as const,
    block: Buffer.from(`block of ${name}`),
    unknowns: [
      {
        subject: digestFor(name),
        place: 'dev/x',
        reader: 'layer',
        reason: 'odd',
        weight: 'partial' as const,
      },
    ],
    wants: 'w1',
  }
}

/** Facts of an image with these layers. */
export function imageFacts(config: string, diffIds: readonly Digest[]): ImageFacts {
  return {
    config: digestFor(config),
    manifest: null,
    names: [`example.test/${config}:1`],
    platform: { os: 'linux', architecture: 'amd64', variant: '' },
    created: '2026-01-01T00:00:00Z',
    author: '',
    history: diffIds.map((_, index) => ({
      created: '2026-01-01T00:00:00Z',
      createdBy: `RUN step ${index} # buildkit`,
      comment: 'buildkit.dockerfile.v0',
      author: '',
      emptyLayer: false,
    })),
    settings: {
      env: ['PATH=/usr/bin', 'A=b'],
      entrypoint: null,
      cmd: ['node', 'main.js'],
      user: 'app',
      workingDir: '/app',
      exposedPorts: ['80/tcp'],
      volumes: [],
      labels: { maintainer: 'team', version: '1' },
      stopSignal: '',
      shell: null,
      healthcheck: '',
      onBuild: [],
    },
    layers: diffIds.map((diffId) => ({
      diffId,
      blob: null,
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      blobSize: null,
    })),
    annotations: {},
    attestations: [
      {
        predicateType: 'https://slsa.dev/provenance/v1',
        digest: digestFor('p'),
        statement: '{}',
        mediaType: 'application/vnd.in-toto+json',
        annotations: {},
        about: [],
        message: '',
      },
    ],
    configText: `{"config":"${config}"}`,
    unknowns: [],
  }
}

/** A Debian package. */
export function debPackage(
  name: string,
  version: string,
  more: Partial<InstalledPackage> = {},
): InstalledPackage {
  return {
    type: 'deb',
    namespace: 'debian',
    name,
    version,
    architecture: 'amd64',
    purl: `pkg:deb/debian/${name}@${version}?arch=amd64`,
    sourceName: name,
    sourceVersion: version,
    licences: [],
    maintainer: 'Nobody <nobody@example.test>',
    homepage: '',
    description: '',
    state: 'install ok installed',
    scope: 'installed',
    requested: null,
    dependencies: [],
    resolved: [],
    provides: [],
    evidence: ['var/lib/dpkg/status'],
    location: '',
    recordDigest: sha256(`${name} ${version}`),
    files: [],
    ...more,
  }
}

/** The result of an audit that found nothing. */
export function auditResult(config: string, more: Partial<AuditResult> = {}): AuditResult {
  return {
    image: {
      reference: `${config}.tar`,
      names: [`example.test/${config}:1`],
      manifest: null,
      config: digestFor(config),
      platform: { os: 'linux', architecture: 'amd64', variant: '' },
      created: '2026-01-01T00:00:00Z',
      makers: ['buildkit'],
      layers: [],
      notes: [],
    },
    description: null,
    claims: [],
    attestations: [],
    base: null,
    distribution: null,
    packages: [],
    verdict: 'drifted',
    reasons: [],
    origins: [],
    outline: null,
    verification: null,
    lock: null,
    steps: [],
    changes: [],
    stepPackages: [],
    findings: [],
    unknown: [],
    at: '2026-02-01T00:00:00Z',
    timing: {},
    ...more,
  }
}

/** A finding of a rule. */
export function finding(rule: string, more: Partial<Finding> = {}): Finding {
  return {
    rule,
    name: 'a-rule',
    severity: 'warning',
    area: 'image',
    subject: 'x',
    path: '',
    line: null,
    layer: null,
    base: false,
    message: 'm',
    fix: 'f',
    fingerprint: sha256(rule).slice(0, 16),
    ...more,
  }
}

/** An instruction at a position, on the line after it. */
export function instruction(
  position: number,
  keyword: string,
  text: string,
  more: Partial<Instruction> = {},
): Instruction {
  return {
    position,
    keyword,
    line: position + 1,
    endLine: position + 1,
    raw: `${keyword} ${text}`,
    text,
    expanded: text,
    flags: [],
    json: null,
    heredocs: [],
    stage: 0,
    shell: ['/bin/sh', '-c'],
    arguments: {},
    copy: null,
    undeclared: [],
    pairs: [],
    workdir: '/',
    mounts: [],
    ...more,
  }
}

/** A simple command of the instruction at a position. */
export function command(at: number, position: number, words: readonly string[]): Command {
  return {
    instruction: at,
    position,
    line: at + 1,
    words,
    dynamic: words.map(() => false),
    assignments: {},
    conditional: false,
    pipeline: position,
    pipelineIndex: 0,
    text: words.join(' '),
  }
}

/** A description of one stage from `debian:13` with these instructions after FROM. */
export function description(
  instructions: readonly Instruction[],
  more: Partial<Description> = {},
): Description {
  return {
    repository: 'repository',
    revision: { from: 'HEAD', text: 'HEAD', commit: 'c'.repeat(40), state: 'found', dirty: false },
    commitDate: '2026-01-01T00:00:00Z',
    dockerfilePath: 'Dockerfile',
    dockerfileBlob: 'd'.repeat(40),
    dockerfileText: '',
    dockerfileState: 'tracked',
    ...NO_BUILDS,
    context: '',
    arguments: {},
    dockerfile: {
      directives: {},
      instructions: [instruction(0, 'FROM', 'debian:13'), ...instructions],
      stages: [
        {
          index: 0,
          name: '',
          base: { kind: 'image', reference: 'debian:13' },
          platform: '',
          line: 1,
          triggers: [],
        },
      ],
      target: 0,
      errors: [],
    },
    commands: [],
    requests: [],
    files: new Map(),
    ignored: [],
    workTree: [],
    unknowns: [],
    ...more,
  }
}
