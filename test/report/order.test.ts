import { describe, expect, it } from 'vitest'
import { classOf } from '../../src/report/order.ts'
import { makeChange } from '../support/audit-result.ts'

describe('classOf', () => {
  it.each([
    [makeChange({ kind: 'mode', subject: 'x', found: '4755' }), 'set-id'],
    [makeChange({ kind: 'mode', subject: 'x', found: '0o2755' }), 'set-id'],
    [makeChange({ kind: 'mode', subject: 'x', found: '1777' }), 'file'],
    [makeChange({ kind: 'mode', subject: 'x', expected: '4755', found: '0755' }), 'file'],
    [makeChange({ kind: 'owner', subject: 'x', found: '1000:1000' }), 'file'],
    [makeChange({ kind: 'added', subject: 'x', evidence: 'a setuid program' }), 'set-id'],
    [
      makeChange({ kind: 'added', subject: 'opt/x', evidence: 'an ELF program of no package' }),
      'program',
    ],
    [makeChange({ kind: 'added', subject: 'usr/sbin/x' }), 'program'],
    [makeChange({ kind: 'added', subject: 'srv/x' }), 'file'],
    [makeChange({ kind: 'modified', subject: 'usr/bin/x' }), 'bytes'],
  ])('%#', (change, name) => expect(classOf(change)).toBe(name))
})
