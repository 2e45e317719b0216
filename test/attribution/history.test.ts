// Whose entries a history holds, and which layer holds what they did. The texts are those of buildah 1.28, podman 4.3
// and Docker 20.10 on real builds; those of kaniko and docker-squash follow their sources.
import { describe, expect, it } from 'vitest'
import { squashedImages } from '../../src/attribution/dialect/index.ts'
import type { HistoryEntry } from '../../src/core/index.ts'
import { historyEntry, readAll } from '../support/attribution.ts'

const HASH = 'c549c94e52711019d62d570002926fc5b6947e36e54947c6a4b605e49e5d63c4'
const empty = (createdBy: string, comment = '') =>
  historyEntry(createdBy, { comment, emptyLayer: true })
const filled = (createdBy: string, comment = '') => historyEntry(createdBy, { comment })

const BASE = [
  historyEntry('', { comment: 'mmdebstrap root file system', author: 'x' }),
  empty('/bin/sh -c #(nop)  CMD ["bash"]'),
]
const LAYERED = [
  empty('/bin/sh -c #(nop) LABEL title="status page"', 'FROM assay.test/debian-tiny:12'),
  filled('/bin/sh -c set -e;     dpkg -i *.deb', 'FROM 534f510fa0ca'),
  empty('/bin/sh -c #(nop) WORKDIR /srv/status', 'FROM e86d60e391ad'),
  filled(`/bin/sh -c #(nop) COPY dir:${HASH} in www/ `, 'FROM 7ec54bab931e'),
  empty('/bin/sh -c #(nop) CMD ["serve"]', 'FROM 1330a80a0e76'),
]
const UNLAYERED = [
  empty('/bin/sh -c #(nop) LABEL title="status page"'),
  empty('/bin/sh -c set -e;     dpkg -i *.deb'),
  empty('/bin/sh -c #(nop) WORKDIR /srv/status'),
  empty(`/bin/sh -c #(nop) COPY dir:${HASH} in www/ `),
  filled('/bin/sh -c #(nop) CMD ["serve"]', 'FROM assay.test/debian-tiny:12'),
]

function told(history: readonly HistoryEntry[]): readonly string[] {
  return readAll(history).map(({ step, layer }) => `${step.maker} ${step.keyword} ${layer ?? '-'}`)
}

describe('a history by buildah', () => {
  it('with layers has one for each step that made files', () => {
    expect(told([...BASE, ...LAYERED])).toEqual([
      'unknown  0',
      'docker CMD -',
      'buildah LABEL -',
      'buildah RUN 1',
      'buildah WORKDIR -',
      'buildah COPY 2',
      'buildah CMD -',
    ])
  })

  it('without layers has one for all steps', () => {
    expect(told([...BASE, ...UNLAYERED])).toEqual([
      'unknown  0',
      'docker CMD -',
      'buildah LABEL -',
      'buildah RUN 1',
      'buildah WORKDIR 1',
      'buildah COPY 1',
      'buildah CMD 1',
    ])
  })

  it('from scratch begins without a comment', () => {
    const scratch = [
      filled(`/bin/sh -c #(nop) COPY dir:${HASH} in /bin/ `),
      filled(`/bin/sh -c #(nop) COPY dir:${HASH} in /etc/ `, 'FROM 68e496d892ac'),
    ]
    expect(told(scratch)).toEqual(['buildah COPY 0', 'buildah COPY 1'])
  })

  it('below or above one by Docker is told from it', () => {
    const docker = [
      filled('/bin/sh -c apt-get update'),
      empty('/bin/sh -c #(nop)  ENV A=b'),
      filled(`/bin/sh -c #(nop) COPY file:${HASH} in /x `),
    ]
    const makers = (history: readonly HistoryEntry[]) =>
      told(history).map((text) => text.split(' ')[0])
    expect(makers([...LAYERED, ...docker]).slice(LAYERED.length)).toEqual(Array(3).fill('docker'))
    expect(makers([...docker, ...UNLAYERED]).slice(0, 3)).toEqual(Array(3).fill('docker'))
    expect(makers(docker)).toEqual(Array(3).fill('docker'))
  })

  it('is committed by hand where a shell stands alone', () => {
    const committed = filled('/bin/sh', 'by hand FROM localhost/status:flat')
    expect(told([...UNLAYERED, committed]).at(-1)).toBe('commit  1')
  })

  it('is read without what it appends, and with the values of arguments that hold blanks', () => {
    const steps = readAll([
      filled('|2 OWNER=pantry keeper /bin/sh -c ["/bin/sh", "-c", "echo"]', 'FROM 8f6f0a4ac851'),
      filled('/bin/sh -c --mount=type=cache,target=/c make', 'FROM a'),
      empty('/bin/sh -c #(nop) HEALTHCHECK NONE|unsetLabel=true|force-mtime=10', 'FROM b'),
      filled(`/bin/sh -c #(nop) COPY --link file:${HASH} in /x |inheritLabels=false`, 'FROM c'),
      filled('/bin/sh -c echo a|b=c', 'FROM d'),
      filled(`/bin/sh -c make:${HASH}`, 'FROM e'),
    ]).map(({ step }) => step)
    expect(steps[0]).toMatchObject({
      text: '["/bin/sh", "-c", "echo"]',
      arguments: { OWNER: 'pantry keeper' },
    })
    expect(steps[1]).toMatchObject({ text: 'make' })
    expect(steps[2]).toMatchObject({ keyword: 'HEALTHCHECK', text: 'NONE' })
    expect(steps[3]).toMatchObject({ destination: '/x', hash: { hex: HASH } })
    expect(steps[4]).toMatchObject({ text: 'echo a|b=c' })
    expect(steps[5]).toMatchObject({ text: 'make' })
  })
})

describe('a history by kaniko', () => {
  const kaniko = (createdBy: string) => historyEntry(createdBy, { author: 'kaniko' })

  it('has the line as it is written', () => {
    const steps = readAll([
      kaniko('RUN --mount=type=cache,target=/c apk add x'),
      kaniko('copy --from=b --chown=1 /a /b'),
    ])
    expect(steps.map(({ step }) => step)).toMatchObject([
      { maker: 'kaniko', keyword: 'RUN', text: 'apk add x' },
      { maker: 'kaniko', keyword: 'COPY', text: '/a /b' },
    ])
  })
})

describe('a squash', () => {
  const comment = `merge sha256:${'1'.repeat(64)} to sha256:${'2'.repeat(64)}`

  it('by Docker holds the steps that it took the layers of', () => {
    const history = [
      filled('/bin/sh -c #(nop) ADD file:x in / '),
      empty('/bin/sh -c make'),
      empty('/bin/sh -c #(nop)  CMD ["x"]'),
      filled('', comment),
    ]
    expect(told(history)).toEqual(['docker ADD 0', 'docker RUN 1', 'docker CMD -', 'squash  1'])
  })

  it('by docker-squash is an entry that says nothing', () => {
    expect(told([...BASE, filled('')]).at(-1)).toBe('squash  1')
    expect(told([filled('', 'a message')])).toEqual(['unknown  0'])
  })

  it('names the images where it says so', () => {
    const [child, base] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`]
    expect(squashedImages({ comment })).toEqual({ child, base })
    expect(squashedImages({ comment: `create new from ${child}` })).toEqual({ child, base: null })
    expect(squashedImages({ comment: 'merge sha256:1 to sha256:2' })).toBeNull()
  })
})

describe('a history that lies', () => {
  it('with several entries that say nothing is no squash', () => {
    expect(told([...BASE, filled(''), filled('')]).slice(2)).toEqual(['unknown  1', 'unknown  2'])
    expect(told([filled(''), filled('RUN /bin/sh -c x # buildkit')])[0]).toBe('unknown  0')
  })

  it.each([
    ['more layers than there are', [filled('a'), filled('b'), filled('c')]],
    ['fewer', [filled('a')]],
    ['none', []],
  ])('with %s is laid to none', (_, history) => {
    const layers = history.length === 0 ? 1 : 2
    expect(readAll(history, layers).map(({ layer }) => layer)).toEqual(history.map(() => null))
  })
})
