// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the text of Dockerfiles
import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../../../src/description/index.ts'

const parse = (text: string) => parseDockerfile(text, { arguments: {}, target: null })

/** The last instruction of a Dockerfile that has no errors. */
function last(text: string) {
  const { instructions, errors } = parse(text)
  expect(errors).toEqual([])
  const instruction = instructions.at(-1)
  if (instruction === undefined) throw new Error('no instruction')
  return instruction
}

describe('directives', () => {
  it('stand before everything else, in any case, with blanks', () => {
    const { directives } = parse('#syntax=a/b:1\n# EsCaPe = `\n# check=skip=all\nFROM x\n')
    expect(directives).toEqual({ syntax: 'a/b:1', escape: '`', check: 'skip=all' })
  })

  it.each([
    ['after a comment', '# note\n# escape=`\nFROM x\n'],
    ['after an empty line', '\n# escape=`\nFROM x\n'],
    ['after an unknown one', '# unknown=1\n# escape=`\nFROM x\n'],
    ['after an instruction', 'FROM x\n# escape=`\n'],
    ['without a value', '# escape=\nFROM x\n'],
  ])('count no more %s', (_, text) => {
    expect(parse(text)).toMatchObject({ directives: {}, errors: [] })
  })

  it.each([
    ['# escape=x\nFROM x\n', 'invalid escape token'],
    ['# escape=`\n# escape=`\nFROM x\n', 'only one escape'],
  ])('are refused: %j', (text, message) => {
    expect(parse(text).errors[0]?.message).toContain(message)
  })
})

describe('lines', () => {
  it.each([
    ['RUN a \\\n  b\n', 'a   b', 2, 3],
    ['RUN a \\   \n b', 'a  b', 2, 3],
    ['RUN a \\\n# note\n\n  # note\n b\n', 'a  b', 2, 6],
    ['RUN a \\\\\n', 'a \\\\', 2, 2],
    ['RUN a \\', 'a', 2, 2],
    ['\\\nRUN a', 'a', 2, 3],
    ['  run\ta # b\n', 'a # b', 2, 2],
    ['RUN a\r\n', 'a', 2, 2],
    ['RUN a \\\r\n b\r\n', 'a  b', 2, 3],
  ])('%j', (text, expected, line, endLine) => {
    expect(last(`FROM x\n${text}`)).toMatchObject({ keyword: 'RUN', text: expected, line, endLine })
  })

  it('continue with the escape character of the file', () => {
    expect(last('# escape=`\nFROM x\nRUN a `\n b C:\\\n').text).toBe('a  b C:\\')
  })

  it('may begin with a byte order mark', () => {
    expect(parse('\ufeffFROM x\n').errors).toEqual([])
  })
})

describe('heredocs', () => {
  const heredocs = (text: string) => last(`FROM x\n${text}`).heredocs

  it('hold their bodies, tabs stripped for <<-, quoted or not', () => {
    expect(heredocs('RUN <<A\n\tone $X\n\n#two\nA\n')).toMatchObject([
      { name: 'A', body: '\tone $X\n\n#two\n', expands: true },
    ])
    expect(heredocs('RUN <<-"A B"\n\t\tone\n\t  two\n\tA B\n')).toMatchObject([
      { name: 'A B', body: 'one\n  two\n', expands: false },
    ])
    expect(heredocs("RUN <<-'A'\nA\n")).toMatchObject([{ name: 'A', body: '', expands: false }])
    expect(heredocs('COPY <<a <<-b /x/\n1\na\n\t2\n\tb\n').map(({ body }) => body)).toMatchObject([
      '1\n',
      '2\n',
    ])
    expect(heredocs('RUN cat 3<<A <<B\n1\nA\n2\nB\n').map(({ name }) => name)).toMatchObject([
      'A',
      'B',
    ])
    expect(heredocs('RUN cat << A\n1\nA\n').map(({ name }) => name)).toMatchObject(['A'])
    expect(heredocs('ONBUILD RUN <<A\n1\nA\n')).toHaveLength(1)
  })

  it.each(['RUN ["a", "<<A"]', 'RUN echo "<<A"', 'RUN a <<<A', 'CMD <<A'])(
    'are not seen in %s',
    (text) => {
      const { instructions } = parse(`FROM x\n${text}\n2\n`)
      expect(instructions[1]?.heredocs ?? []).toEqual([])
    },
  )

  it('end on a line of their own, or are refused with their line', () => {
    expect(heredocs('RUN <<A\nA \n A\nA\n')[0]?.body).toBe('A \n A\n')
    expect(parse('FROM x\nRUN <<A\nb\n').errors).toEqual([
      { line: 2, message: 'unterminated heredoc A' },
    ])
  })

  it('are followed by the next instruction', () => {
    expect(
      parse('FROM x\nRUN <<A\nUSER b\nA\nUSER c\n').instructions.map((one) => [
        one.keyword,
        one.line,
        one.endLine,
      ]),
    ).toEqual([
      ['FROM', 1, 1],
      ['RUN', 2, 4],
      ['USER', 5, 5],
    ])
  })
})

describe('flags', () => {
  it.each<[string, unknown]>([
    [
      'COPY --chown=a:b --chmod=0644 --link a /b',
      [
        ['chown', 'a:b'],
        ['chmod', '0644'],
        ['link', ''],
      ],
    ],
    [
      'COPY --parents --exclude=*.md --exclude="a b" a /b',
      [
        ['parents', ''],
        ['exclude', '*.md'],
        ['exclude', 'a b'],
      ],
    ],
    [
      'RUN --mount=type=cache,target=/x --network=none -- a',
      [
        ['mount', 'type=cache,target=/x'],
        ['network', 'none'],
      ],
    ],
    [
      'ADD --keep-git-dir=false --checksum=sha256:0 https://x /y',
      [
        ['keep-git-dir', 'false'],
        ['checksum', 'sha256:0'],
      ],
    ],
    [
      'HEALTHCHECK --interval=5s --retries=3 CMD true',
      [
        ['interval', '5s'],
        ['retries', '3'],
      ],
    ],
    ['RUN a --mount=x', []],
  ])('%s', (text, expected) => {
    expect(last(`FROM x\n${text}\n`).flags.map(({ name, value }) => [name, value])).toEqual(
      expected,
    )
  })

  it('may be continued on further lines', () => {
    const text =
      'FROM x\nRUN --mount=type=bind,source=a,target=/a \\\n  --mount=type=tmpfs,target=/t \\\n  go\n'
    expect(last(text)).toMatchObject({
      text: 'go',
      mounts: [
        { type: 'bind', source: 'a', target: '/a', from: null },
        { type: 'tmpfs', source: '', target: '/t', from: null },
      ],
    })
  })
})

describe('mounts', () => {
  const stages = 'FROM a AS build\nFROM b AS Tools\nFROM c\n'
  it.each<[string, unknown]>([
    ['type=bind,source=a,target=/a', { type: 'bind', from: null, source: 'a', target: '/a' }],
    ['source=a,dst=/a,readonly', { type: 'bind', from: null, source: 'a', target: '/a' }],
    ['target=/a', { type: 'bind', from: null, source: '', target: '/a' }],
    [
      'from=build,src=/x,destination=y',
      { from: { kind: 'stage', stage: 0 }, source: '/x', target: 'y' },
    ],
    ['type=bind,from=tools,target=/t,rw', { from: { kind: 'stage', stage: 1 } }],
    // by name only: a number is an image
    ['from=1,target=/t', { from: { kind: 'image', reference: '1' } }],
    ['from=alpine:3.20,target=/t', { from: { kind: 'image', reference: 'alpine:3.20' } }],
    ['type=cache,id=x,target=/c,sharing=locked,uid=1,mode=0700', { type: 'cache', target: '/c' }],
    [
      'type=cache,from=build,source=/c,target=/c',
      { type: 'cache', from: { kind: 'stage', stage: 0 } },
    ],
    ['type=TMPFS,target=/t,size=64m', { type: 'tmpfs', target: '/t' }],
    ['type=secret,id=npm,target=/root/.npmrc,required=true', { type: 'secret' }],
    ['type=secret,id=token,env=TOKEN', { type: 'secret', target: '' }],
    ['type=ssh', { type: 'ssh', from: null }],
    ['"target=/a b",type=cache', { type: 'cache', target: '/a b' }],
  ])('%s', (mount, expected) => {
    expect(last(`${stages}RUN --mount=${mount} true\n`).mounts).toMatchObject([expected])
  })

  it('may be several, and take the values of arguments', () => {
    const text = `${stages}ARG DIR=/work\nRUN --mount=target=$DIR --mount=type=tmpfs,dst=\${DIR}/t true\n`
    expect(last(text).mounts.map(({ target }) => target)).toEqual(['/work', '/work/t'])
  })

  it.each([
    ['from=$X,target=/t', 'does not expand'],
    ['type=volume,target=/t', 'unsupported mount type "volume"'],
  ])('are refused: %s', (mount, message) => {
    const { errors } = parse(`${stages}ARG X=1\nRUN --mount=${mount} true\n`)
    expect(errors[0]?.message).toContain(message)
  })
})

describe('arguments', () => {
  it.each<[string, readonly string[] | null]>([
    ['CMD ["a", "b \\" c", "\\u00e9"]', ['a', 'b " c', 'é']],
    ['CMD []', []],
    ["CMD ['a']", null],
    ['CMD ["a"] b', null],
    ['RUN [ -f /x ] && y', null],
    ['COPY ["a b", "c", "/d/"]', ['a b', 'c', '/d/']],
    ['VOLUME ["/a"]', ['/a']],
    ['HEALTHCHECK CMD ["a"]', ['a']],
    ['ENTRYPOINT [ "/bin/x" ]', ['/bin/x']],
  ])('%s', (text, json) => {
    expect(last(`FROM x\n${text}\n`).json).toEqual(json)
  })

  it.each<[string, readonly (readonly [string, string | null])[]]>([
    ['ENV a b  c', [['a', 'b  c']]],
    [
      'ENV a=1 b="2 3" c=\'4 $a\' d=5\\ 6',
      [
        ['a', '1'],
        ['b', '2 3'],
        ['c', '4 $a'],
        ['d', '5 6'],
      ],
    ],
    ['ENV a=', [['a', '']]],
    ['LABEL "a b"="c"', [['a b', 'c']]],
    [
      'ARG a b=1 c=',
      [
        ['a', null],
        ['b', '1'],
        ['c', ''],
      ],
    ],
  ])('%s', (text, pairs) => {
    expect(last(`FROM x\n${text}\n`).pairs.map(({ name, value }) => [name, value])).toEqual(pairs)
  })
})

describe('errors', () => {
  it.each([
    ['', 1, 'the file has no instructions'],
    ['# only\n\n', 1, 'the file has no instructions'],
    ['RUN a\n', 1, 'RUN stands before any FROM'],
    ['FROM x\nFOO a\n', 2, 'unknown instruction: FOO'],
    ['FROM x\n\nCOPY a\n', 3, 'at least two arguments'],
    ['FROM x\nCOPY --frm=a b c\n', 2, 'unknown flag --frm'],
    ['FROM x\nCOPY --from b c\n', 2, '--from needs a value'],
    ['FROM x\nCOPY --link --link a b\n', 2, 'duplicate flag --link'],
    ['FROM x\nCOPY --link=maybe a b\n', 2, 'true or false'],
    ['FROM x\nCOPY --from=$A a b\n', 2, 'does not expand'],
    ['FROM x\nCOPY --from=7 a b\n', 2, 'invalid stage index 7'],
    ['FROM x\nCOPY a <<B\nB\n', 2, 'heredoc as a destination'],
    ['FROM x\nENV a\n', 2, 'must have two arguments'],
    ['FROM x\nENV a=1 b\n', 2, "can't find = in"],
    ['FROM x\nENV =1\n', 2, 'names can not be blank'],
    ['FROM x\nARG =1\n', 2, 'names can not be blank'],
    ['FROM x y\n', 1, 'one or three arguments'],
    ['FROM x AS 1a\n', 1, 'invalid name for build stage'],
    ['FROM $A\n', 1, 'should not be blank'],
    ['FROM x\nCMD ["a", 1]\n', 2, 'comprised of strings only'],
    ['FROM x\nSHELL sh -c\n', 2, 'JSON form'],
    ['FROM x\nONBUILD FROM y\n', 2, 'not allowed as an ONBUILD trigger'],
    ['FROM x\nONBUILD ONBUILD RUN y\n', 2, 'not allowed'],
    ['FROM x\nHEALTHCHECK TCP 1\n', 2, 'unknown type "TCP"'],
    ['FROM x\nRUN --mount=type=odd a\n', 2, 'unsupported mount type'],
    ['FROM x\nRUN --network=bridge a\n', 2, '--network can not be bridge'],
    ['FROM x\nRUN --security=none a\n', 2, '--security can not be none'],
    ['FROM x\nHEALTHCHECK --interval=5 CMD a\n', 2, '--interval can not be 5'],
    ['FROM x\nHEALTHCHECK --retries=often CMD a\n', 2, '--retries can not be often'],
    ['FROM x\nENV a=${b\n', 2, 'substitution'],
    ['FROM x\nENV a="b\n', 2, 'double-quote'],
    ['FROM x\nUSER ${a:?who}\n', 2, 'a: who'],
    [`FROM x\nRUN ${'a'.repeat(70_000)}\n`, 2, 'longer than'],
  ])('%j', (text, line, message) => {
    const { errors } = parse(text)
    expect(errors[0]).toEqual({ line, message: expect.stringContaining(message) })
  })

  it('are all told, not only the first, and leave the other instructions', () => {
    const { errors, instructions } = parse('FROM x\nFOO\nRUN a\nBAR\nRUN b\n')
    expect(errors.map(({ line }) => line)).toEqual([2, 4])
    expect(instructions.map((one) => one.text)).toEqual(['x', 'a', 'b'])
  })

  it('of a stage that is not built do not count', () => {
    const text = 'FROM x AS a\nENV y=${z:?no}\nFROM x\n'
    expect(parse(text).errors).toEqual([])
    expect(parseDockerfile(text, { arguments: {}, target: 'a' }).errors).toHaveLength(1)
    expect(parseDockerfile(text, { arguments: {}, target: 'b' }).errors[0]?.message).toContain(
      '"b"',
    )
  })
})
