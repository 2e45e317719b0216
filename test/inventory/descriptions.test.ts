import { expect, test } from 'vitest'
import type { CopySpecification, Dockerfile } from '../../src/core/index.ts'
import {
  auditResult,
  description,
  freshInventory,
  imageFacts,
  instruction,
  NO_CATALOG,
} from '../support/inventory.ts'

function copyFrom(from: CopySpecification['from']): CopySpecification {
  return {
    sources: ['/a'],
    destination: '/b',
    destinationIsFolder: false,
    from,
    chmod: '',
    chown: '',
    link: false,
    parents: false,
    exclude: [],
    checksum: 'sha256:x',
  }
}

function stage(index: number, name: string, base: Dockerfile['stages'][number]['base']) {
  return { index, name, base, platform: '', line: index + 1, triggers: [] }
}

/** FROM $BASE AS base / FROM base AS copied / mounted / unused / FROM base, the target, which copies and mounts. */
const STAGES: Dockerfile = {
  directives: {},
  instructions: [
    instruction(0, 'ARG', 'BASE=debian:13', { stage: -1 }),
    instruction(1, 'FROM', '$BASE AS base', { stage: 0, undeclared: ['X'] }),
    instruction(2, 'FROM', 'scratch AS copied', { stage: 1 }),
    instruction(3, 'FROM', 'alpine AS mounted', { stage: 2 }),
    instruction(4, 'FROM', 'alpine AS unused', { stage: 3 }),
    instruction(5, 'FROM', 'base', { stage: 4 }),
    instruction(6, 'COPY', '/a /b', { stage: 4, copy: copyFrom({ kind: 'stage', stage: 1 }) }),
    instruction(7, 'RUN', 'x', {
      stage: 4,
      mounts: [{ type: 'bind', from: { kind: 'stage', stage: 2 }, source: '/', target: '/m' }],
    }),
    instruction(8, 'COPY', '/a /b', {
      stage: 4,
      copy: copyFrom({ kind: 'image', reference: 'busybox:1' }),
    }),
  ],
  stages: [
    stage(0, 'base', { kind: 'image', reference: 'debian:13' }),
    stage(1, 'copied', { kind: 'scratch' }),
    stage(2, 'mounted', { kind: 'image', reference: 'alpine' }),
    stage(3, 'unused', { kind: 'image', reference: 'alpine' }),
    stage(4, '', { kind: 'stage', stage: 0 }),
  ],
  target: 4,
  errors: [],
}

function ask(sql: string) {
  const inventory = freshInventory()
  inventory.putImage(imageFacts('app', []), NO_CATALOG, () => null)
  inventory.putAudit({
    result: auditResult('app'),
    description: description([], { dockerfile: STAGES }),
    revisions: [],
    origins: [],
    ownedFiles: [],
    inputDigest: 'i',
    ruleSet: 'r',
  })
  const rows = inventory.query(sql)
  inventory.close()
  return rows
}

test('the target is what is built, with the stages that it stands on, copies from or mounts', () => {
  const sql =
    "SELECT stage, in_target FROM instruction WHERE keyword IN ('ARG', 'FROM') ORDER BY stage"
  expect(ask(sql).map((row) => [row['stage'], row['in_target']])).toEqual([
    [-1, 1],
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 0],
    [4, 1],
  ])
})

test('only FROM of an image has a reference; a build argument in it is told', () => {
  const sql =
    'SELECT stage, reference, from_argument, undeclared FROM from_reference ORDER BY stage'
  expect(ask(sql)).toEqual([
    { stage: 0, reference: 'debian:13', from_argument: 1, undeclared: '["X"]' },
    { stage: 2, reference: 'alpine', from_argument: 0, undeclared: '[]' },
    { stage: 3, reference: 'alpine', from_argument: 0, undeclared: '[]' },
  ])
})

test('copies from stages and images name them', () => {
  const sql = 'SELECT from_kind, from_name, checksum, is_url FROM copy_source ORDER BY instruction'
  expect(ask(sql)).toEqual([
    { from_kind: 'stage', from_name: 'copied', checksum: 'sha256:x', is_url: 0 },
    { from_kind: 'image', from_name: 'busybox:1', checksum: 'sha256:x', is_url: 0 },
  ])
})
