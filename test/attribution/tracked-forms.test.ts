// Files that are not the tracked blob, but what git makes of it on disk, and files of submodules.
import { describe, expect, it } from 'vitest'
import { blobId, built, file, judge } from '../support/attribution.ts'

const dockerfile = 'FROM debian:12\nCOPY . /app/\n'
const copied = (text: string, path = 'app/run.sh') => [built('COPY . /app/', file(path, text))]
const forms = [{ blob: blobId('one\r\ntwo\r\n'), why: 'with line ends as git writes them' }]
const formsOf = async () => forms

describe('a file that git writes in another form', () => {
  it('is the tracked one, and the report says in which form', async () => {
    const tracked = { 'run.sh': 'one\ntwo\n' }
    const { named, originOf, files } = await judge({
      dockerfile,
      tracked,
      layers: copied('one\r\ntwo\r\n'),
      formsOf,
    })
    expect(named).toEqual([])
    expect(originOf('app/run.sh')).toBe('context proved')
    const evidence = files.find(({ path }) => path === 'app/run.sh')?.evidence
    expect(evidence).toContain('with line ends as git writes them')
  })

  it('is still another one when a single byte differs from that form', async () => {
    const { named } = await judge({
      dockerfile,
      tracked: { 'run.sh': 'one\ntwo\n' },
      layers: copied('one\r\nTwo\r\n'),
      formsOf,
    })
    expect(named).toEqual(['modified app/run.sh'])
  })

  it('is not excused at another path', async () => {
    const { named } = await judge({
      dockerfile,
      tracked: { 'run.sh': 'one\ntwo\n', other: 'x' },
      layers: [
        built(
          'COPY . /app/',
          file('app/run.sh', 'one\ntwo\n'),
          file('app/other', 'x'),
          file('app/third', 'one\r\ntwo\r\n'),
        ),
      ],
      formsOf,
    })
    expect(named).toEqual(['added app/third'])
  })
})

describe('files below a submodule that is not at hand', () => {
  it('are claimed, not called untracked', async () => {
    const { named, originOf } = await judge({
      dockerfile,
      submodules: ['vendor/lib'],
      layers: copied('int x;', 'app/vendor/lib/x.c'),
    })
    expect(named).toEqual([])
    expect(originOf('app/vendor/lib/x.c')).toBe('context claimed')
  })

  it('and nothing beside it is', async () => {
    const { named } = await judge({
      dockerfile,
      submodules: ['vendor/lib'],
      layers: copied('int x;', 'app/vendor/x.c'),
    })
    expect(named).toEqual(['added app/vendor/x.c'])
  })
})

describe('a tracked file that git leaves out of archives', () => {
  const tracked = { 'run.sh': 'one', 'tests/a': 'a' }
  const exportIgnored = ['tests/a']

  it('may be missing: the context was such an archive', async () => {
    const { named } = await judge({ dockerfile, tracked, exportIgnored, layers: copied('one') })
    expect(named).toEqual([])
  })

  it('is compared when it is there, and any other one is missed', async () => {
    const changed = await judge({
      dockerfile,
      tracked,
      exportIgnored,
      layers: [built('COPY . /app/', file('app/run.sh', 'one'), file('app/tests/a', 'A'))],
    })
    expect(changed.named).toEqual(['modified app/tests/a'])
    const missing = await judge({ dockerfile, tracked, layers: copied('one') })
    expect(missing.named).toEqual(['deleted app/tests/a'])
  })
})
