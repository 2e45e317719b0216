// Explanations for tests of reports.
import type { ImageExplanation, PathExplanation } from '../../src/report/index.ts'
import { driftedResult } from './audit-result.ts'
import { sha256 } from './image.ts'

const copyStep = {
  position: 5,
  createdBy: 'COPY src/ /app # buildkit',
  alignment: 'same' as const,
  line: 7,
  text: 'COPY src/ /app',
  maker: 'buildkit',
}

const installStep = {
  position: 3,
  createdBy: '|1 TOKEN=hunter2 /bin/sh -c apt-get install -y curl',
  alignment: 'same' as const,
  line: 3,
  text: 'RUN apt-get install -y curl',
  maker: 'docker',
}

/** A file that was copied in from the repository. */
export function copiedPath(): PathExplanation {
  return {
    image: 'app:1.2',
    path: 'app/server.js',
    realPath: 'app/server.js',
    state: {
      kind: 'present',
      entry: {
        kind: 'file',
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: 1400,
        target: '',
        sha256: sha256('server'),
        gitBlob: sha256('blob').slice(0, 40),
      },
      layer: 3,
      diffId: `sha256:${sha256('layer 3')}`,
      origin: 'context',
      strength: 'proved',
      owner: 'src/server.js',
      evidence: 'equal to the blob tracked at that commit and path',
    },
    step: copyStep,
    instruction: { dockerfile: 'Dockerfile', line: 7, text: 'COPY src/ /app' },
    tracked: {
      repository: 'git/app',
      path: 'src/server.js',
      commit: sha256('commit').slice(0, 40),
      date: '2026-01-01T12:00:00Z',
      author: 'Kim Example',
      subject: 'answer health checks',
    },
    package: null,
    versions: [
      {
        layer: 1,
        kind: 'file',
        size: 900,
        sha256: sha256('old'),
        change: 'added',
        step: installStep,
      },
      {
        layer: 3,
        kind: 'file',
        size: 1400,
        sha256: sha256('server'),
        change: 'content',
        step: copyStep,
      },
    ],
  }
}

/** A file of a package that another package pulled in. */
export function packagedPath(): PathExplanation {
  const copied = copiedPath()
  return {
    ...copied,
    path: 'lib/x86_64-linux-gnu/libnghttp2.so.14',
    realPath: 'usr/lib/x86_64-linux-gnu/libnghttp2.so.14',
    state: {
      kind: 'present',
      entry: {
        kind: 'symlink',
        mode: 0o777,
        uid: 0,
        gid: 0,
        size: 0,
        target: 'libnghttp2.so.14.24.1',
        sha256: '',
        gitBlob: '',
      },
      layer: 1,
      diffId: `sha256:${sha256('layer 1')}`,
      origin: 'package',
      strength: 'consistent',
      owner: 'pkg:deb/debian/libnghttp2-14@1.52.0-1%2Bdeb12u1?arch=amd64',
      evidence: 'listed by its package; a link has no digest',
    },
    step: installStep,
    instruction: { dockerfile: 'Dockerfile', line: 3, text: 'RUN apt-get install -y curl' },
    tracked: null,
    package: {
      purl: 'pkg:deb/debian/libnghttp2-14@1.52.0-1%2Bdeb12u1?arch=amd64',
      name: 'libnghttp2-14',
      version: '1.52.0-1+deb12u1',
      fileState: 'intact',
      requested: false,
      request: { dockerfile: 'Dockerfile', line: 3, text: 'apt-get install -y curl' },
      chain: [
        'pkg:deb/debian/curl@7.88.1',
        'pkg:deb/debian/libcurl4@7.88.1',
        'pkg:deb/debian/libnghttp2-14@1.52.0-1%2Bdeb12u1',
      ],
    },
    versions: [],
  }
}

/** A path that a layer removed. */
export function removedPath(): PathExplanation {
  return {
    ...copiedPath(),
    path: 'root/.npmrc',
    realPath: 'root/.npmrc',
    state: { kind: 'absent', removedBy: 4 },
    step: null,
    instruction: null,
    tracked: null,
    versions: [
      {
        layer: 2,
        kind: 'file',
        size: 60,
        sha256: sha256('npmrc'),
        change: 'added',
        step: copyStep,
      },
      { layer: 4, kind: 'file', size: 0, sha256: '', change: 'deleted', step: null },
    ],
  }
}

/** All that is known of an image that was edited by hand. */
export function handMade(): ImageExplanation {
  const { image, base, steps } = driftedResult()
  return {
    image: {
      reference: image.reference,
      names: image.names,
      config: image.config,
      manifest: image.manifest,
      platform: image.platform,
      created: image.created,
      author: 'Kim',
      distribution: 'Debian GNU/Linux 12 (bookworm)',
    },
    claims: [],
    attestations: [],
    makers: image.makers,
    makerNotes: [],
    base,
    description: null,
    steps,
    labels: [
      {
        key: 'org.opencontainers.image.source',
        value: 'https://git.example/app',
        inherited: false,
      },
      { key: 'maintainer', value: 'Debian', inherited: true },
    ],
    stepPackages: [],
    requested: [
      { type: 'deb', name: 'curl', version: '7.88.1', layer: 1, fromBase: false },
      { type: 'deb', name: 'strace', version: '6.1', layer: 4, fromBase: false },
      { type: 'npm', name: 'express', version: '4.18.2', layer: 3, fromBase: false },
      { type: 'deb', name: 'apt', version: '2.6.1', layer: 0, fromBase: true },
    ],
    installedCount: 207,
    unexplained: {
      files: 15,
      bytes: 48_213,
      first: Array.from({ length: 15 }, (_, index) => ({
        path: `opt/tool/part-${String(index).padStart(2, '0')}`,
        size: 3214,
        layer: 4,
      })),
    },
    settings: [
      { name: 'User', value: 'app', fromBase: false },
      { name: 'Env', value: 'PATH=/usr/bin:/bin', fromBase: true },
    ],
    accounts: [
      { name: 'eve', kind: 'user', fromBase: false },
      { name: 'root', kind: 'user', fromBase: true },
    ],
    needs: [
      'FROM debian:12',
      'apt-get install curl=7.88.1 strace=6.1',
      'the application in app/, 120 files of no known repository',
      'USER app',
    ],
    unknown: [],
  }
}
