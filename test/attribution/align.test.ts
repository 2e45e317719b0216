// History against Dockerfile: one Dockerfile as each builder records it, and what becomes of it when a step is
// taken out, altered, put in or moved.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { align } from '../../src/attribution/align.ts'
import { chainInstructions } from '../../src/attribution/base.ts'
import type { HistoryEntry, Step } from '../../src/core/index.ts'
import { describe as description, historyEntry, readAll } from '../support/attribution.ts'

const HASH = 'a'.repeat(64)

function stepsOf(dockerfile: string, history: readonly HistoryEntry[], base: number | null = 0) {
  const entries = readAll(history)
  const instructions = chainInstructions(description(dockerfile))
  return align({ entries, instructions, baseEntries: base })
}

const alignments = (steps: readonly Step[]) => steps.map((step) => step.alignment)
const buildkit = (text: string) => historyEntry(text, { comment: 'buildkit.dockerfile.v0' })
const legacy = (text: string) => historyEntry(text)

interface Case {
  readonly name: string
  readonly line: string
  readonly buildkit: readonly string[]
  readonly legacy: readonly string[]
}

/** What Docker 20.10 and later leave of an instruction: seen in published images or in the builders' sources. */
const CASES: readonly Case[] = [
  {
    name: 'a RUN over several lines',
    line: 'RUN apt-get update \\\n    && apt-get install -y curl',
    buildkit: [
      'RUN /bin/sh -c apt-get update     && apt-get install -y curl # buildkit',
      'RUN |1 A=b /bin/sh -c apt-get update && apt-get install -y curl # buildkit',
    ],
    legacy: [
      '/bin/sh -c apt-get update     && apt-get install -y curl',
      '|2 A=1 B=x y /bin/sh -c apt-get update && apt-get install -y curl',
    ],
  },
  {
    name: 'a RUN in exec form',
    line: 'RUN ["make", "all"]',
    buildkit: ['RUN make all # buildkit'],
    legacy: ['make all'],
  },
  {
    name: 'a RUN with a heredoc',
    line: 'RUN <<EOF\necho one\necho two\nEOF',
    buildkit: ['RUN /bin/sh -c echo one\necho two\n # buildkit'],
    legacy: [],
  },
  {
    name: 'a RUN with a script in a heredoc',
    line: 'RUN <<EOF\n#!/bin/sh\necho one\nEOF',
    buildkit: ['RUN /bin/sh -c /dev/pipes/EOF # buildkit', 'RUN /dev/pipes/EOF # buildkit'],
    legacy: [],
  },
  {
    name: 'a COPY with flags',
    line: 'COPY --link --from=0 --chmod=755 --chown=1:1 a b /dst/',
    buildkit: ['COPY --chown=1:1 --chmod=755 a b /dst/ # buildkit'],
    legacy: [`/bin/sh -c #(nop) COPY multi:${HASH} in /dst/ `],
  },
  {
    name: 'a COPY for another owner, as the legacy builder writes it',
    line: 'COPY --chown=app:app run.sh /usr/local/bin/run',
    buildkit: ['COPY --chown=app:app run.sh /usr/local/bin/run # buildkit'],
    legacy: [`/bin/sh -c #(nop) COPY --chown=app:appfile:${HASH} in /usr/local/bin/run `],
  },
  {
    name: 'a COPY to a relative path',
    line: 'COPY ["a", "./b"]',
    buildkit: ['COPY a ./b # buildkit'],
    legacy: [
      `/bin/sh -c #(nop) COPY file:${HASH} in ./b `,
      `/bin/sh -c #(nop) COPY file:${HASH} in /b `,
    ],
  },
  {
    name: 'a COPY of a heredoc',
    line: 'COPY <<EOF /etc/motd\nhello\nEOF',
    buildkit: ['COPY <<EOF /etc/motd # buildkit'],
    legacy: [],
  },
  {
    name: 'an ADD from the network',
    line: 'ADD https://example.org/x /x',
    buildkit: ['ADD https://example.org/x /x # buildkit'],
    legacy: [`/bin/sh -c #(nop) ADD ${HASH} in /x `],
  },
  {
    name: 'a WORKDIR',
    line: 'WORKDIR srv/app/',
    buildkit: ['WORKDIR /srv/app'],
    legacy: ['/bin/sh -c #(nop) WORKDIR /srv/app'],
  },
  {
    name: 'an ENV with spaces',
    line: 'ENV A=1 B="x y"',
    buildkit: ['ENV A=1 B=x y'],
    legacy: ['/bin/sh -c #(nop)  ENV A=1 B=x y'],
  },
  {
    name: 'an ENV of the old form',
    line: 'ENV A some words',
    buildkit: ['ENV A=some words'],
    legacy: ['/bin/sh -c #(nop)  ENV A=some words'],
  },
  {
    name: 'a LABEL',
    line: 'LABEL org.example.title="a page"',
    buildkit: ['LABEL org.example.title=a page'],
    legacy: ['/bin/sh -c #(nop)  LABEL org.example.title=a page'],
  },
  {
    name: 'an EXPOSE of several ports and a range',
    line: 'EXPOSE 8080 53/UDP 9000-9002',
    buildkit: [
      'EXPOSE [53/udp 8080/tcp 9000/tcp 9001/tcp 9002/tcp]',
      'EXPOSE map[53/udp:{} 8080/tcp:{} 9000/tcp:{} 9001/tcp:{} 9002/tcp:{}]',
    ],
    legacy: ['/bin/sh -c #(nop)  EXPOSE 53/udp 8080 9000-9002'],
  },
  {
    name: 'a HEALTHCHECK with a shell',
    line: 'HEALTHCHECK --interval=30s --retries=7 CMD curl -f http://localhost/ || exit 1',
    buildkit: [
      'HEALTHCHECK {Test:[CMD-SHELL curl -f http://localhost/ || exit 1] Interval:30s Timeout:0s StartPeriod:0s StartInterval:0s Retries:7}',
      `HEALTHCHECK &{["CMD-SHELL" "curl -f http://localhost/ || exit 1"] "30s" "0s" "0s" '\\a'}`,
    ],
    legacy: [
      `/bin/sh -c #(nop)  HEALTHCHECK &{["CMD-SHELL" "curl -f http://localhost/ || exit 1"] "30s" "0s" "0s" '\\a'}`,
    ],
  },
  {
    name: 'a HEALTHCHECK in exec form, and none',
    line: 'HEALTHCHECK CMD ["report", "check"]',
    buildkit: [
      'HEALTHCHECK {Test:[CMD report check] Interval:0s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0}',
      `HEALTHCHECK &{["CMD" "report" "check"] "0s" "0s" "0s" '\\x00'}`,
    ],
    legacy: [`/bin/sh -c #(nop)  HEALTHCHECK &{["CMD" "report" "check"] "0s" "0s" "0s" '\\x00'}`],
  },
  {
    name: 'a HEALTHCHECK that is switched off',
    line: 'HEALTHCHECK NONE',
    buildkit: [
      'HEALTHCHECK {Test:[NONE] Interval:0s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0}',
      `HEALTHCHECK &{["NONE"] "0s" "0s" "0s" '\\x00'}`,
    ],
    legacy: [`/bin/sh -c #(nop)  HEALTHCHECK &{["NONE"] "0s" "0s" "0s" '\\x00'}`],
  },
  {
    name: 'a CMD in exec form with quotes and a line feed',
    line: 'CMD ["sh", "-c", "echo \\"a\\nb\\""]',
    buildkit: ['CMD ["sh" "-c" "echo \\"a\\nb\\""]'],
    legacy: ['/bin/sh -c #(nop)  CMD ["sh" "-c" "echo \\"a\\nb\\""]'],
  },
  {
    name: 'an ENTRYPOINT in shell form',
    line: 'ENTRYPOINT serve --now',
    buildkit: ['ENTRYPOINT ["/bin/sh" "-c" "serve --now"]'],
    legacy: ['/bin/sh -c #(nop)  ENTRYPOINT ["/bin/sh" "-c" "serve --now"]'],
  },
]

describe('an instruction as builders record it', () => {
  for (const { name, line, buildkit: texts, legacy: others } of CASES) {
    it(name, () => {
      for (const entry of [...texts.map(buildkit), ...others.map(legacy)]) {
        const [step, ...rest] = stepsOf(`FROM debian:12\n${line}\n`, [entry])
        expect(rest, entry.createdBy).toEqual([])
        expect(step?.alignment, entry.createdBy).toBe('same')
      }
    })
  }

  it('metadata without arguments of their own', () => {
    const dockerfile =
      'FROM debian:12\nUSER app\nVOLUME /data /log\nSTOPSIGNAL SIGINT\nSHELL ["/bin/bash", "-c"]\n'
    const texts = ['USER app', 'VOLUME [/data /log]', 'STOPSIGNAL SIGINT', 'SHELL [/bin/bash -c]']
    expect(alignments(stepsOf(dockerfile, texts.map(buildkit)))).toEqual(texts.map(() => 'same'))
    const others = texts.map((text) => legacy(`/bin/sh -c #(nop)  ${text}`))
    expect(alignments(stepsOf(dockerfile, others))).toEqual(texts.map(() => 'same'))
  })

  it('an ARG whatever its value, and a RUN behind another shell', () => {
    const dockerfile =
      'FROM debian:12\nARG VERSION=1\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN make\n'
    const history = [
      buildkit('ARG VERSION=2'),
      buildkit('SHELL [/bin/bash -o pipefail -c]'),
      buildkit('RUN |1 VERSION=2 /bin/bash -o pipefail -c make # buildkit'),
    ]
    expect(alignments(stepsOf(dockerfile, history))).toEqual(['same', 'same', 'same'])
  })
})

describe('work that no instruction stands for', () => {
  const dockerfile = 'FROM debian:12\nRUN make\n'

  it('names a commit, with its reason', () => {
    const steps = stepsOf(dockerfile, [
      legacy('/bin/sh -c make'),
      historyEntry('nginx -g daemon off;', { comment: 'fixed it' }),
    ])
    expect(alignments(steps)).toEqual(['same', 'untracked'])
    expect(steps[1]).toMatchObject({ maker: 'commit', reason: expect.stringContaining('by hand') })
  })

  it('does not take a commit for the same when its command is not what the description runs', () => {
    const steps = stepsOf('FROM debian:12\nRUN ["make"]\n', [historyEntry('bash')])
    expect(alignments(steps).sort()).toEqual(['missing', 'untracked'])
  })

  it('names an import that a build stands on', () => {
    const history = [
      historyEntry('', { comment: 'Imported from -' }),
      buildkit('RUN /bin/sh -c make # buildkit'),
    ]
    expect(alignments(stepsOf(dockerfile, history, 1))).toEqual(['base', 'same'])
    expect(alignments(stepsOf(dockerfile, history, null))).toEqual(['base', 'same'])
  })

  it('does not call the steps of other makers a hand’s work', () => {
    const history = [
      historyEntry('RUN make', { author: 'kaniko' }),
      historyEntry('# debian.sh --arch amd64', { comment: 'debuerreotype 0.17' }),
    ]
    expect(readAll(history).map((read) => read.step.maker)).toEqual(['kaniko', 'debuerreotype'])
  })

  it('reads #(nop) only behind a shell', () => {
    const [read] = readAll([legacy("/bin/sh -c echo '#(nop)  CMD x'")])
    expect(read?.step).toMatchObject({ keyword: 'RUN', text: "echo '#(nop)  CMD x'" })
  })
})

describe('steps that differ', () => {
  it('names the words that do', () => {
    const [step] = stepsOf('FROM debian:12\nRUN apt-get install -y curl=1\n', [
      buildkit('RUN /bin/sh -c apt-get install -y curl=2 # buildkit'),
    ])
    expect(step).toMatchObject({ alignment: 'changed', line: 2 })
    expect(step?.reason).toContain('curl=1')
    expect(step?.reason).toContain('curl=2')
  })

  it('takes a copy to a neighbouring folder for the same instruction, changed', () => {
    const [step] = stepsOf('FROM debian:12\nCOPY app /srv/app\n', [
      legacy(`/bin/sh -c #(nop) COPY file:${HASH} in /srv/other `),
    ])
    expect(step?.alignment).toBe('changed')
  })

  it('names a legacy step that stands elsewhere', () => {
    const steps = stepsOf('FROM debian:12\nRUN one a\nRUN two b\nUSER app\n', [
      legacy('/bin/sh -c two b'),
      legacy('/bin/sh -c one a'),
      legacy('/bin/sh -c #(nop)  USER app'),
    ])
    expect(alignments(steps)).toContain('reordered')
    expect(alignments(steps)).not.toContain('missing')
  })

  it('says of each place in which a step differs what it was and what it is', () => {
    const [step] = stepsOf('FROM a\nRUN one two three four five\n', [
      buildkit('RUN /bin/sh -c one 2 three four five six # buildkit'),
    ])
    expect(step?.alignment).toBe('changed')
    expect(step?.reason).toBe(
      'the description says “two”, the image was built with “2”; the image was built with “six” besides',
    )
  })

  it('compares long histories by the steps that stand only once', () => {
    const commands = Array.from({ length: 3000 }, (_, at) => `make ${at}`)
    const spoiled = commands.toSpliced(700, 1, 'evil')
    const steps = stepsOf(
      `FROM debian:12\n${commands.map((command) => `RUN ${command}`).join('\n')}\n`,
      spoiled.map((command) => legacy(`/bin/sh -c ${command}`)),
    )
    const other = steps.filter(({ alignment }) => alignment !== 'same')
    expect(other.map(({ createdBy, text }) => `${createdBy} ${text}`.trim())).toEqual([
      '/bin/sh -c evil',
      'RUN make 700',
    ])
  })

  it('leaves open what is too much and all alike, and calls nothing of it missing', () => {
    const lines = Array.from({ length: 2500 }, () => 'RUN true').join('\n')
    const history = Array.from({ length: 2500 }, () => legacy('/bin/sh -c false'))
    const steps = stepsOf(`FROM debian:12\n${lines}\n`, history)
    expect(steps).toHaveLength(2500)
    expect(new Set(alignments(steps))).toEqual(new Set(['unaligned']))
  })

  it('compares none of a hundred thousand entries', () => {
    const history = Array.from({ length: 100_000 }, (_, at) =>
      historyEntry(at % 2 === 0 ? '' : `RUN /bin/sh -c ${at} # buildkit`, { emptyLayer: true }),
    )
    const steps = stepsOf('FROM a\nRUN one\nRUN 99999\n', history)
    expect(steps).toHaveLength(100_000)
    expect(new Set(alignments(steps))).toEqual(new Set(['unaligned']))
  })

  it('names a step before the first line as one that ONBUILD of the base might have put there', () => {
    const entries = readAll([buildkit('COPY . /app'), buildkit('RUN /bin/sh -c make # buildkit')])
    const instructions = chainInstructions(description('FROM node:onbuild\nRUN make\n'))
    const input = { entries, instructions, baseEntries: 0 }
    expect(align({ ...input, openTriggers: true })[0]).toMatchObject({ alignment: 'untracked' })
    expect(align({ ...input, openTriggers: true })[0]?.reason).toContain('ONBUILD')
    expect(align(input)[0]?.reason).not.toContain('ONBUILD')
  })
})

/** Instructions whose texts have nothing in common, so that one is never taken for another, changed. */
const word = fc.stringMatching(/^[a-z]{6}$/)
const lines = fc
  .uniqueArray(fc.tuple(word, word, word), { minLength: 2, maxLength: 12, selector: ([a]) => a })
  .map((all) => all.map(([a, b, c], at) => `RUN ${a}${at} ${b}${at} ${c}${at}`))

function recorded(line: string, dialect: 'buildkit' | 'legacy'): HistoryEntry {
  const command = line.slice('RUN '.length)
  return dialect === 'buildkit'
    ? buildkit(`RUN /bin/sh -c ${command} # buildkit`)
    : legacy(`/bin/sh -c ${command}`)
}

const dialects = fc.constantFrom('buildkit' as const, 'legacy' as const)
const dockerfileOf = (all: readonly string[]) => `FROM debian:12\n${all.join('\n')}\n`

describe('any Dockerfile', () => {
  it('aligned with its own history is the same throughout', () => {
    fc.assert(
      fc.property(lines, dialects, fc.boolean(), (all, dialect, known) => {
        const history = all.map((line) => recorded(line, dialect))
        const steps = stepsOf(dockerfileOf(all), history, known ? 0 : null)
        expect(alignments(steps)).toEqual(all.map(() => 'same'))
        expect(steps.map((step) => step.line)).toEqual(all.map((_, at) => at + 2))
      }),
    )
  })

  it('a step that is left out is missing, at its place', () => {
    fc.assert(
      fc.property(lines, dialects, fc.nat(), (all, dialect, nat) => {
        const at = nat % all.length
        const history = all
          .filter((_, index) => index !== at)
          .map((line) => recorded(line, dialect))
        const expected = all.map((_, index) => (index === at ? 'missing' : 'same'))
        expect(alignments(stepsOf(dockerfileOf(all), history))).toEqual(expected)
      }),
    )
  })

  it('a step that is put in is untracked, at its place', () => {
    fc.assert(
      fc.property(lines, dialects, fc.nat(), (all, dialect, nat) => {
        const at = nat % (all.length + 1)
        const history = all.map((line) => recorded(line, dialect))
        history.splice(at, 0, recorded('RUN 111 222 333', dialect))
        const expected = all.map((): string => 'same')
        expected.splice(at, 0, 'untracked')
        expect(alignments(stepsOf(dockerfileOf(all), history))).toEqual(expected)
      }),
    )
  })

  it('a step of which one word changed is changed, at its place', () => {
    fc.assert(
      fc.property(lines, dialects, fc.nat(), (all, dialect, nat) => {
        const at = nat % all.length
        const history = all.map((line, index) =>
          recorded(index === at ? line.replace(/\S+$/, '999') : line, dialect),
        )
        const expected = all.map((_, index) => (index === at ? 'changed' : 'same'))
        expect(alignments(stepsOf(dockerfileOf(all), history))).toEqual(expected)
      }),
    )
  })

  it('a step that moved is reordered, and nothing is missing or untracked', () => {
    fc.assert(
      fc.property(lines, dialects, fc.nat(), (all, dialect, nat) => {
        const at = nat % (all.length - 1)
        const history = all.map((line) => recorded(line, dialect))
        const [moved] = history.splice(at, 1)
        if (moved !== undefined) history.push(moved)
        const found = alignments(stepsOf(dockerfileOf(all), history))
        expect(found).toHaveLength(all.length)
        expect(found.filter((each) => each !== 'same')).toEqual(['reordered'])
      }),
    )
  })

  it('each entry and each instruction is in exactly one step', () => {
    fc.assert(
      fc.property(lines, lines, dialects, (all, others, dialect) => {
        const steps = stepsOf(
          dockerfileOf(all),
          others.map((line) => recorded(line, dialect)),
        )
        const histories = steps.flatMap((step) => step.history ?? [])
        const instructions = steps.flatMap((step) => step.instruction ?? [])
        expect(histories).toEqual(others.map((_, at) => at))
        expect(new Set(instructions).size).toBe(all.length)
        expect(steps.map((step) => step.position)).toEqual(steps.map((_, at) => at))
      }),
    )
  })
})
