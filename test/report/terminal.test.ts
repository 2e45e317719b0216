import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { AuditResult, Verdict } from '../../src/core/index.ts'
import { renderAudit } from '../../src/report/terminal.ts'
import { cleanResult, driftedResult, makeChange, makeFinding } from '../support/audit-result.ts'
import { expectGolden } from '../support/golden.ts'

const undescribed = {
  description: null,
  verdict: 'unknown',
  reasons: [{ row: 'not-described', text: 'nobody named its description' }],
  outline: {
    base: {
      reference: 'debian 12',
      date: '2025-06-10T00:00:00Z',
      layers: 1,
      how: 'the first entries of the history read like those of a base image',
      strength: 'guessed',
    },
    relative: {
      reference: 'app:1.1',
      config: `sha256:${'c'.repeat(64)}`,
      layers: 1,
      shared: 118,
      all: 121,
      verdict: 'drifted',
      packages: {
        added: ['jq 1.6'],
        removed: ['wget 1.21.3'],
        changed: ['curl 7.1 → 7.2'],
        counts: { added: 1, removed: 40, changed: 1 },
      },
    },
    requested: [{ type: 'deb', names: ['curl 7.2', 'jq 1.6'] }],
    settings: ['ENV DB_PASSWORD=…', 'CMD ["serve"]'],
    accounts: ['app (1000, /home/app, /bin/sh)'],
    loose: [{ folder: 'opt/app\u001b[31m', files: 2, bytes: 150 }],
    commands: [{ path: 'root/.bash_history', command: 'apt-get install -y jq' }],
  },
} satisfies Partial<AuditResult>

const plain = { width: 80, colour: false, verbose: false }

const FOUND = {
  step: 'command-line',
  sureness: 'given',
  revision: { step: 'head', sureness: 'guessed' },
} as const

describe('renderAudit', () => {
  for (const width of [60, 80, 120]) {
    it(`shows a drifted image at width ${width}`, () => {
      const text = renderAudit(driftedResult(), { ...plain, width })
      expectGolden(`test/report/golden/drifted-${width}.golden.txt`, text)
      for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
    })
  }

  it('shows a clean image in few lines', () => {
    const text = renderAudit(cleanResult(), plain)
    expectGolden('test/report/golden/clean-80.golden.txt', text)
    expect(text.split('\n').length).toBeLessThan(24)
  })

  it('shows everything when verbose', () => {
    const text = renderAudit(driftedResult(), { ...plain, verbose: true })
    expectGolden('test/report/golden/drifted-verbose.golden.txt', text)
    expect(text).toContain('app/node_modules/lodash/_23.js')
    expect(text).not.toContain('more (')
  })

  it('says what a description would need, for an image that has none', () => {
    const text = renderAudit({ ...cleanResult(), ...undescribed }, plain)
    expectGolden('test/report/golden/undescribed-80.golden.txt', text)
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80)
  })

  it('begins with verdict, why and what to do', () => {
    const lines = renderAudit(driftedResult(), plain).split('\n')
    expect(lines[0]).toBe('DRIFTED  app:1.2 — the description does not explain all of it')
    expect(lines[2]).toMatch(/^ {2}why {2}step 9 is in no line/)
    expect(lines.slice(0, 9).join(' ')).toContain('  do   rebuild')
  })

  it('has a sentence and an advice for every verdict', () => {
    const verdicts: Verdict[] = ['rebuildable', 'floating', 'drifted', 'orphaned', 'unknown']
    const texts = verdicts.map((verdict) => renderAudit({ ...cleanResult(), verdict }, plain))
    expect(new Set(texts).size).toBe(verdicts.length)
    expect(texts[4]).toContain('pass --source REPO')
    expect(texts[3]).toContain('assay explain')
  })

  it('does not send a person to --source when a layer could not be read', () => {
    const unknown = [
      {
        subject: 'sha256:0',
        place: '',
        reader: 'layer',
        reason: 'truncated',
        weight: 'fatal' as const,
      },
    ]
    const text = renderAudit({ ...cleanResult(), verdict: 'unknown', unknown }, plain)
    expect(text).toContain('get a whole copy')
    expect(text).not.toContain('pass --source')
  })

  it('never counts drift, claimed or guessed as explained', () => {
    const result: AuditResult = {
      ...cleanResult(),
      origins: [
        { origin: 'package-modified', strength: 'proved', files: 1, bytes: 100 },
        { origin: 'run', strength: 'claimed', files: 1, bytes: 100 },
        { origin: 'base', strength: 'guessed', files: 1, bytes: 100 },
        { origin: 'context', strength: 'proved', files: 1, bytes: 100 },
      ],
    }
    const text = renderAudit(result, plain)
    for (const label of ['explained', 'claimed only', 'guessed', 'not explained'])
      expect(text).toMatch(new RegExp(`= ${label} +1 +100 B +25\\.0 %`))
  })

  it('says 100 % only of everything', () => {
    const origins: AuditResult['origins'] = [
      { origin: 'base', strength: 'proved', files: 9999, bytes: 99_999_999 },
      { origin: 'unexplained', strength: 'proved', files: 1, bytes: 1 },
    ]
    const text = renderAudit({ ...cleanResult(), origins }, plain)
    expect(text).toContain('99.9 %')
    expect(text).toContain('<0.1 %')
    expect(text).not.toContain('100 %')
  })

  it('lists changes most important first', () => {
    const text = renderAudit(driftedResult(), plain)
    const places = [
      'libz.so',
      'python3.11',
      'backdoor',
      'lodash',
      'eve',
      'usr/bin/passwd',
      'notes.txt',
      'DEBUG',
      '> /bin/bash',
    ]
    const found = places.map((place) => text.indexOf(place, text.indexOf('Changes')))
    expect(found).toEqual(found.toSorted((a, b) => a - b))
    expect(found).not.toContain(-1)
  })

  it('caps long lists and says how to see more', () => {
    const changes = Array.from({ length: 60 }, (_, index) =>
      makeChange({ kind: 'added', subject: `srv/file-${String(index).padStart(2, '0')}` }),
    )
    const findings = Array.from({ length: 40 }, (_, index) =>
      makeFinding({ rule: `X${index}`, name: 'example', message: `message ${index}` }),
    )
    const text = renderAudit({ ...driftedResult(), changes, findings }, plain)
    expect(text).toContain('… and 52 more (assay explain IMAGE PATH, --verbose, --json)')
    expect(text).toContain('… and 28 rules more')
    expect(text.split('\n').length).toBeLessThan(90)
  })

  it('keeps values of build arguments to itself unless asked', () => {
    for (const verbose of [false, true])
      expect(renderAudit(driftedResult(), { ...plain, verbose })).not.toContain('hunter2')
    const asked = renderAudit(driftedResult(), { ...plain, verbose: true, showArguments: true })
    expect(asked).toContain('hunter2')
  })

  it('carries nothing by colour alone', () => {
    const coloured = renderAudit(driftedResult(), { ...plain, colour: true })
    expect(coloured).toContain('\u001b[31m')
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(renderAudit(driftedResult(), plain))
  })

  it('shows hostile text escaped', () => {
    const text = renderAudit(hostileResult('\u001b[2J\u202eevil\r\n\u0007\u009b31m'), plain)
    expectGolden('test/report/golden/hostile-80.golden.txt', text)
    expect(text).toMatch(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$/)
  })

  it('lets no control character through, whatever the text and the width', () => {
    const nasty = fc.string({ unit: 'binary', maxLength: 300 })
    fc.assert(
      fc.property(
        nasty,
        fc.integer({ min: -5, max: 300 }),
        fc.boolean(),
        (text, width, verbose) => {
          const report = renderAudit(hostileResult(text), { width, colour: false, verbose })
          expect(report).toMatch(
            /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$/,
          )
          const limit = Math.min(Math.max(width, 60), 160)
          for (const line of report.split('\n'))
            expect(stringWidth(line)).toBeLessThanOrEqual(limit)
        },
      ),
      { numRuns: 100 },
    )
  })
})

/** A result with this text wherever a stranger may write one. */
function hostileResult(text: string): AuditResult {
  const result = driftedResult()
  return {
    ...result,
    image: {
      ...result.image,
      reference: `x${text}`,
      names: [text],
      makers: [text],
      notes: [text],
      created: text,
      platform: { os: text, architecture: text, variant: text },
    },
    description: {
      repository: text,
      revision: text,
      commitDate: text,
      dockerfile: text,
      context: text,
      target: text,
      arguments: [text],
      how: text,
      found: FOUND,
      builtBy: [
        { file: text, line: 1, tool: 'compose', name: text, command: text, automated: false },
      ],
      unreadBuilds: [text],
    },
    base: {
      reference: text,
      config: null,
      layers: 1,
      how: text,
      strength: 'guessed',
      verdict: null,
    },
    distribution: { id: text, versionId: text, prettyName: text },
    packages: [{ type: text, scope: 'installed', count: 1 }],
    reasons: [{ row: text, text }],
    steps: result.steps.map((step) => ({
      ...step,
      createdBy: text,
      comment: text,
      author: text,
      text,
      reason: text,
    })),
    changes: result.changes.map((change) => ({
      ...change,
      subject: text,
      path: text,
      owner: text,
      expected: text,
      found: text,
      evidence: text,
      folded: [text],
    })),
    findings: result.findings.map((finding) => ({
      ...finding,
      rule: text,
      name: text,
      subject: text,
      path: text,
      message: text,
      fix: text,
    })),
    unknown: [{ subject: text, place: text, reader: text, reason: text, weight: 'fatal' }],
    at: text,
  }
}
