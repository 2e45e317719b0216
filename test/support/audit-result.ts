// Audit results for tests of reports: one image edited by hand with some twenty changes, and a clean one.
import type { AuditResult, Change, Finding, Step } from '../../src/core/index.ts'
import { sha256 } from './image.ts'

/** A change with the fields that a test names. */
export function makeChange(fields: Partial<Change> & Pick<Change, 'kind' | 'subject'>): Change {
  const isFile = ['added', 'modified', 'deleted', 'mode', 'owner'].includes(fields.kind)
  return {
    path: isFile ? fields.subject : '',
    origin: '',
    layer: 4,
    step: 9,
    line: null,
    owner: '',
    expected: '',
    found: '',
    evidence: '',
    folded: [],
    ...fields,
  }
}

/** A finding with the fields that a test names. */
export function makeFinding(fields: Partial<Finding> & Pick<Finding, 'rule' | 'name'>): Finding {
  return {
    severity: 'warning',
    area: 'description',
    subject: '',
    path: '',
    line: null,
    layer: null,
    base: false,
    message: '',
    fix: '',
    fingerprint: sha256(JSON.stringify(fields)).slice(0, 16),
    ...fields,
  }
}

/** A step with the fields that a test names. */
export function makeStep(fields: Partial<Step> & Pick<Step, 'position' | 'createdBy'>): Step {
  return {
    history: fields.position,
    created: '2026-01-02T03:04:05Z',
    comment: '',
    author: '',
    layer: null,
    alignment: 'same',
    maker: 'docker',
    instruction: null,
    line: null,
    text: '',
    reason: '',
    ...fields,
  }
}

/** A rebuildable image without a change or a finding. */
export function cleanResult(): AuditResult {
  return {
    image: {
      reference: 'app:1.2',
      names: ['app:1.2'],
      manifest: `sha256:${sha256('manifest')}`,
      config: `sha256:${sha256('config')}`,
      platform: { os: 'linux', architecture: 'amd64', variant: '' },
      created: '2026-01-02T03:04:05Z',
      makers: ['docker'],
      layers: [0, 1].map((position) => ({
        position,
        diffId: `sha256:${sha256(`layer ${position}`)}`,
        blob: null,
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size: 78_643_200,
        entries: 6120,
        state: position === 0 ? 'known' : 'read now',
      })),
      notes: [],
    },
    description: {
      repository: 'git/app',
      revision: sha256('commit').slice(0, 40),
      commitDate: '2026-01-01T12:00:00Z',
      dockerfile: 'Dockerfile',
      context: '',
      target: '',
      arguments: [],
      how: 'named by --source',
      found: {
        step: 'command-line',
        sureness: 'given',
        revision: { step: 'head', sureness: 'guessed' },
      },
      builtBy: [],
      unreadBuilds: [],
    },
    claims: [],
    attestations: [],
    base: {
      reference: 'debian:12',
      config: `sha256:${sha256('base')}`,
      layers: 1,
      how: 'its layers are the first of this image',
      strength: 'proved',
      verdict: null,
    },
    distribution: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
    packages: [
      { type: 'npm', scope: 'installed', count: 64 },
      { type: 'deb', scope: 'installed', count: 143 },
      { type: 'deb', scope: 'residual', count: 1 },
    ],
    verdict: 'rebuildable',
    reasons: [
      { row: 'rebuildable', text: 'every step, file and setting has its line in the description' },
    ],
    outline: null,
    verification: null,
    lock: null,
    origins: [
      { origin: 'base', strength: 'proved', files: 6120, bytes: 78_643_200 },
      { origin: 'package', strength: 'consistent', files: 980, bytes: 41_200_000 },
      { origin: 'context', strength: 'proved', files: 42, bytes: 310_000 },
    ],
    steps: [],
    changes: [],
    stepPackages: [],
    findings: [],
    unknown: [],
    at: '2026-02-01T00:00:00Z',
    timing: { read: 12, rules: 3 },
  }
}

/** The image of evidence.md: a tracked build, then a container edited by hand and committed. */
export function driftedResult(): AuditResult {
  const clean = cleanResult()
  return {
    ...clean,
    image: {
      ...clean.image,
      makers: ['docker', 'commit'],
      notes: ['the archive names no platform; taken as it is'],
    },
    verdict: 'drifted',
    reasons: [
      {
        row: 'drifted',
        text: 'step 9 is in no line of the Dockerfile: a container was edited by hand and committed',
      },
      {
        row: 'drifted',
        text: '2 files of packages and 1 tracked file have other bytes than their records',
      },
      { row: 'drifted', text: '1 setting is given by no instruction' },
    ],
    origins: [
      { origin: 'unexplained', strength: 'proved', files: 3, bytes: 48_213 },
      ...clean.origins,
      { origin: 'package-modified', strength: 'consistent', files: 2, bytes: 1_234_567 },
      { origin: 'run', strength: 'claimed', files: 51, bytes: 900_000 },
      { origin: 'context-modified', strength: 'proved', files: 1, bytes: 1400 },
      { origin: 'generated', strength: 'consistent', files: 12, bytes: 20_000 },
      { origin: 'stage', strength: 'guessed', files: 0, bytes: 0 },
    ],
    steps: driftedSteps(),
    changes: driftedChanges(),
    findings: driftedFindings(),
    unknown: [
      {
        subject: `sha256:${sha256('layer 1')}`,
        place: 'opt/tool/app.asar',
        reader: 'npm-tree',
        reason: 'larger than 4 MiB: not read',
        weight: 'partial',
      },
    ],
  }
}

function driftedSteps(): Step[] {
  return [
    makeStep({
      position: 0,
      createdBy: '/bin/sh -c #(nop) ADD file:abc in / ',
      alignment: 'base',
      layer: 0,
    }),
    makeStep({
      position: 1,
      createdBy: '|1 TOKEN=hunter2 /bin/sh -c apt-get install -y curl',
      layer: 1,
      line: 3,
      instruction: 2,
      text: 'RUN apt-get install -y curl',
    }),
    makeStep({
      position: 2,
      createdBy: '',
      history: null,
      alignment: 'missing',
      line: 5,
      instruction: 4,
      text: 'USER app',
      reason: 'no history entry stands for it',
    }),
    makeStep({
      position: 9,
      createdBy: '/bin/bash',
      comment: 'hotfix',
      author: 'Kim',
      alignment: 'untracked',
      layer: 4,
      maker: 'commit',
      reason: 'made by docker commit',
    }),
  ]
}

function driftedChanges(): Change[] {
  return [
    makeChange({
      kind: 'step',
      subject: '/bin/bash',
      found: 'docker commit “hotfix” by Kim',
      evidence: 'no instruction belongs to it',
    }),
    makeChange({
      kind: 'setting',
      subject: 'Env DEBUG',
      expected: '',
      found: 'DEBUG=1',
      layer: null,
    }),
    makeChange({
      kind: 'argument',
      subject: 'TOKEN',
      expected: '',
      found: 'hunter2',
      layer: null,
      step: 1,
    }),
    makeChange({
      kind: 'account',
      subject: 'eve',
      found: 'uid 1001, shell /bin/bash',
      folded: ['etc/group', 'etc/shadow', 'home/eve/.bashrc'],
    }),
    makeChange({
      kind: 'modified',
      subject: 'usr/lib/x86_64-linux-gnu/libz.so.1.2.13',
      origin: 'package-modified',
      owner: 'pkg:deb/debian/zlib1g@1%3A1.2.13.dfsg-1?arch=amd64',
      expected: `md5 ${'a'.repeat(32)}`,
      found: `md5 ${'b'.repeat(32)}`,
      evidence: 'same size, other bytes',
    }),
    makeChange({
      kind: 'modified',
      subject: 'app/server.js',
      origin: 'context-modified',
      owner: 'src/server.js',
      evidence: 'its bytes are in no commit',
    }),
    makeChange({
      kind: 'mode',
      subject: 'usr/bin/python3.11',
      owner: 'pkg:deb/debian/python3.11-minimal@3.11.2',
      expected: '0755',
      found: '4755',
    }),
    makeChange({ kind: 'mode', subject: 'etc/app.conf', expected: '0640', found: '0666' }),
    makeChange({
      kind: 'added',
      subject: 'usr/local/bin/backdoor',
      origin: 'unexplained',
      evidence: 'a program of no package and no commit',
    }),
    makeChange({
      kind: 'added',
      subject: 'root/notes.txt',
      origin: 'unexplained',
      evidence: 'no step names it',
    }),
    makeChange({
      kind: 'package-added',
      subject: 'pkg:deb/debian/strace@6.1-0.1?arch=amd64',
      found: '6.1-0.1',
      folded: ['usr/bin/strace', 'usr/share/doc/strace/copyright'],
    }),
    makeChange({
      kind: 'package-changed',
      subject: 'pkg:npm/lodash@4.17.20',
      path: 'app/node_modules/lodash',
      expected: '4.17.21',
      found: '4.17.20',
      folded: Array.from(
        { length: 24 },
        (_, index) => `app/node_modules/lodash/_${String(index).padStart(2, '0')}.js`,
      ),
    }),
    makeChange({
      kind: 'deleted',
      subject: 'usr/bin/passwd',
      owner: 'pkg:deb/debian/passwd@1%3A4.13',
    }),
  ]
}

function driftedFindings(): Finding[] {
  return [
    makeFinding({
      rule: 'T14',
      name: 'history-mismatch',
      severity: 'error',
      area: 'traceability',
      subject: 'step 9',
      layer: 4,
      message: 'step 9 is in no line of the Dockerfile',
      fix: 'rebuild from the description, or track the change',
    }),
    makeFinding({
      rule: 'D16',
      name: 'unpinned-package',
      path: 'Dockerfile',
      line: 3,
      subject: 'curl',
      message: 'curl is installed without a version',
      fix: 'write curl=VERSION',
    }),
    makeFinding({
      rule: 'D16',
      name: 'unpinned-package',
      path: 'Dockerfile',
      line: 3,
      subject: 'git',
      message: 'git is installed without a version',
      fix: 'write git=VERSION',
    }),
    makeFinding({
      rule: 'I13',
      name: 'no-user',
      severity: 'info',
      area: 'image',
      subject: 'app:1.2',
      message: 'the image runs as root',
      fix: 'add USER',
    }),
    makeFinding({
      rule: 'I04',
      name: 'set-id-program',
      area: 'image',
      path: 'usr/bin/su',
      base: true,
      message: 'set-id program usr/bin/su',
    }),
    makeFinding({
      rule: 'I04',
      name: 'set-id-program',
      area: 'image',
      path: 'usr/bin/mount',
      base: true,
      message: 'set-id program usr/bin/mount',
    }),
  ]
}
