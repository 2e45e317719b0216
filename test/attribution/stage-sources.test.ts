// Files of `COPY --from`: as good as what they can be held against.
import { describe, expect, it } from 'vitest'
import { built, file, judge, program } from '../support/attribution.ts'

const staged = (text: string, path = 'srv/static/app.css') =>
  judge({
    dockerfile:
      'FROM node:22 AS build\nCOPY . /src\nRUN make\nFROM debian:12\nCOPY --from=build /src/static /srv/static\n',
    tracked: { 'static/app.css': 'body {}', empty: '' },
    layers: [built('COPY /src/static /srv/static', file(path, text))],
  })

describe('a file out of a build stage', () => {
  it('that equals a tracked one is proved', async () => {
    const { named, originOf, files } = await staged('body {}')
    expect(named).toEqual([])
    expect(originOf('srv/static/app.css')).toBe('stage proved')
    expect(files.find(({ path }) => path === 'srv/static/app.css')?.owner).toBe('static/app.css')
  })

  it('that the stage made is claimed, and so is an empty one', async () => {
    expect((await staged('made')).originOf('srv/static/app.css')).toBe('stage claimed')
    expect((await staged('')).originOf('srv/static/app.css')).toBe('stage claimed')
  })
})

describe('a file out of another image', () => {
  const tool = program('usr/bin/tool', 'tool')
  const copied = (reference: string, entry = tool) =>
    judge({
      dockerfile: `FROM debian:12\nCOPY --from=${reference} /bin/tool /usr/bin/tool\n`,
      layers: [built('COPY /bin/tool /usr/bin/tool', entry)],
      filesOf: (name) => (name === reference ? new Map([[tool.sha256, 'bin/tool']]) : null),
    })
  const pinned = `tools@sha256:${'a'.repeat(64)}`
  const other = program('usr/bin/tool', 'TOOL')

  it('is proved by that image where the inventory has it', async () => {
    expect((await copied('tools:1')).originOf('usr/bin/tool')).toBe('stage proved')
  })

  it('that is not in it is another one, where the digest names the image', async () => {
    expect((await copied(pinned)).named).toEqual([])
    expect((await copied(pinned, other)).named).toEqual(['added usr/bin/tool'])
  })

  it('that is not in it may be of another day, where a tag names the image', async () => {
    const { named, originOf } = await copied('tools:1', other)
    expect(named).toEqual([])
    expect(originOf('usr/bin/tool')).toBe('stage claimed')
  })
})
