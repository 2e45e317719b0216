// Archives that are tracked and that ADD unpacks: every file is held against its member.
import { describe, expect, it } from 'vitest'
import type { ArchivedFile, MembersOf } from '../../src/attribution/index.ts'
import type { Entry } from '../../src/core/index.ts'
import { blobId, built, file, judge, link } from '../support/attribution.ts'

const dockerfile = 'FROM debian:12\nADD root.tar.gz /opt/\n'
const tracked = { 'root.tar.gz': 'the archive' }

function member(entry: Entry, more: Partial<ArchivedFile> = {}): ArchivedFile {
  const { sha256, target, mode, uid, gid } = entry
  const kind = entry.kind === 'symlink' ? 'symlink' : 'file'
  return { kind, sha256, target, mode, uid, gid, ...more }
}

const tool = file('opt/bin/tool', 'tool', { mode: 0o755 })
const alias = link('opt/bin/alias', 'tool')
const members = new Map([
  ['bin/tool', member(tool)],
  ['bin/alias', member(alias)],
])
const membersOf: MembersOf = async ({ blob }) => (blob === blobId('the archive') ? members : null)

const added = (...entries: readonly Entry[]) =>
  judge({ dockerfile, tracked, layers: [built('ADD root.tar.gz /opt/', ...entries)], membersOf })

describe('what ADD unpacks', () => {
  it('is proved by the members of the tracked archive', async () => {
    const { named, originOf } = await added(tool, alias)
    expect(named).toEqual([])
    expect(originOf('opt/bin/tool')).toBe('context proved')
    expect(originOf('opt/bin/alias')).toBe('context proved')
  })

  it.each<[string, readonly Entry[], string]>([
    [
      'other bytes',
      [file('opt/bin/tool', 'TOOL', { mode: 0o755 }), alias],
      'modified opt/bin/tool',
    ],
    ['another target', [tool, link('opt/bin/alias', 'sh')], 'modified opt/bin/alias'],
    ['a set-id bit', [{ ...tool, mode: 0o4755 }, alias], 'mode opt/bin/tool'],
    ['another owner', [{ ...tool, uid: 7 }, alias], 'owner opt/bin/tool'],
    ['a file more', [tool, alias, file('opt/more', 'x')], 'added opt/more'],
    ['a file less', [tool], 'deleted opt/bin/alias'],
  ])('%s: named', async (_what, entries, change) => {
    expect((await added(...entries)).named).toEqual([change])
  })

  it('is only claimed where the archive cannot be read', async () => {
    const { named, originOf } = await judge({
      dockerfile,
      tracked,
      layers: [built('ADD root.tar.gz /opt/', tool)],
      membersOf: async () => null,
    })
    expect(named).toEqual([])
    expect(originOf('opt/bin/tool')).toBe('context claimed')
  })
})
