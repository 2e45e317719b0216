// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the text of Dockerfiles
import { describe, expect, it } from 'vitest'
import { parseDockerfile, reachableStages } from '../../../src/description/index.ts'

type Options = Partial<Parameters<typeof parseDockerfile>[1]>

const parse = (text: string, options: Options = {}) =>
  parseDockerfile(text, { arguments: {}, target: null, ...options })

/** What a word after ENV becomes. */
function expanded(word: string, before = ''): string | null {
  const { instructions, errors } = parse(`FROM x\n${before}ENV result=${word}\n`)
  if (errors.length > 0) return null
  return instructions.at(-1)?.pairs[0]?.value ?? null
}

describe('expansion', () => {
  const before = 'ENV home=/home/me empty= dots=a.b.c.d uni=Žofie\n'
  it.each([
    ['$home', '/home/me'],
    ['${home}', '/home/me'],
    ['x$home/y', 'x/home/me/y'],
    ['\\$home', '$home'],
    ['"$home"', '/home/me'],
    ["'$home'", '$home'],
    ['"\\$home"', '$home'],
    ['a\\ b', 'a b'],
    ['"a  b"', 'a  b'],
    ['$unset', ''],
    ['$', '$'],
    ['$.', '$.'],
    ['${unset:-x}', 'x'],
    ['${empty:-x}', 'x'],
    ['${empty-x}', ''],
    ['${unset-x}', 'x'],
    ['${home:-x}', '/home/me'],
    ['${home:+x}', 'x'],
    ['${empty:+x}', ''],
    ['${empty+x}', 'x'],
    ['${unset:+x}', ''],
    ['${unset:-${home}}', '/home/me'],
    ['${unset:-"a b"}', 'a b'],
    ['${home:?no}', '/home/me'],
    ['${dots#*.}', 'b.c.d'],
    ['${dots##*.}', 'd'],
    ['${dots%.*}', 'a.b.c'],
    ['${dots%%.*}', 'a'],
    ['${dots#?}', '.b.c.d'],
    ['${dots#x}', 'a.b.c.d'],
    ['${dots/./-}', 'a-b.c.d'],
    ['${dots//./-}', 'a-b-c-d'],
    ['${dots/x/y}', 'a.b.c.d'],
    ['${dots/b*/z}', 'a.z'],
    // BuildKit keeps the escape in the replacement
    ['${home/\\/home/\\/srv}', '\\/srv/me'],
    ["${dots//./'$x'}", 'abcd'],
    ["${dots/./'$x'}", 'a$xb.c.d'],
    ["${dots//./'$$'}", 'a$b$c$d'],
    ['${dots%%.*}${dots##*.}', 'ad'],
    ['${unset:-${empty:-${dots%.*}}}', 'a.b.c'],
    ['${unset:+${home}}x', 'x'],
    ['${home//m/}', '/hoe/e'],
    ['${home/#x}', null],
    ['${dots#"*."}', 'b.c.d'],
    ['${uni#?}', 'ofie'],
    ['$home$dots', '/home/mea.b.c.d'],
  ])('%s', (word, value) => {
    expect(expanded(word, before)).toBe(value)
  })

  it.each([
    '${',
    '${}',
    '${:}',
    '${home',
    '${home:',
    '${home:x}',
    '${home!}',
    '${home:#x}',
    '${home/x}',
    '${unset:?}',
    '${empty:?no}',
    '"',
    "'",
    '${dots#\\x}',
  ])('is refused: %s', (word) => {
    expect(expanded(word, before)).toBeNull()
  })

  it('sees, within one ENV, only what was before it', () => {
    expect(
      parse('FROM x\nENV a=1\nENV a=2 b=$a\nENV c=$a$b\n').instructions.map((one) => one.expanded),
    ).toEqual(['x', 'a=1', 'a=2 b=1', 'c=21'])
  })

  it('is done where BuildKit does it, and nowhere else', () => {
    const text = [
      'FROM x',
      'ENV v=1 two="a b"',
      'LABEL l=$v',
      'USER $v',
      'WORKDIR /$v',
      'EXPOSE $v 2 $two',
      'VOLUME /$v',
      'STOPSIGNAL $v',
      'COPY --chown=$v --chmod=$v $v /$v/',
      'ADD --exclude=$v $v b',
      'RUN echo $v',
      'CMD echo $v',
      'ENTRYPOINT ["$v"]',
      'HEALTHCHECK CMD $v',
      'RUN --mount=type=cache,target=/$v true',
    ]
    const { instructions, errors } = parse(`${text.join('\n')}\n`)
    expect(errors).toEqual([])
    expect(instructions.slice(2).map((one) => one.expanded)).toEqual([
      'l=1',
      '1',
      '/1',
      '1 2 a b',
      '/1',
      '1',
      '1 /1/',
      '1 b',
      'echo $v',
      'echo $v',
      '["$v"]',
      'CMD $v',
      'true',
    ])
    const [copy, add] = instructions.filter((one) => one.copy !== null)
    expect(copy?.copy).toMatchObject({ chown: '1', chmod: '1', destination: '/1/' })
    expect(add?.copy).toMatchObject({ exclude: ['$v'], destination: '/1/b' })
    expect(instructions.at(-1)?.mounts[0]).toMatchObject({ type: 'cache', target: '/1' })
  })

  it('names what was declared nowhere', () => {
    const { instructions } = parse('ARG T\nFROM x:$T$U\nARG a\nENV b=$a$c${d:-1}\nRUN $e\n')
    expect(instructions.map((one) => one.undeclared)).toEqual([
      [],
      ['T', 'U'],
      [],
      ['a', 'c', 'd'],
      [],
    ])
  })

  it('is bounded', () => {
    const doubling = Array.from({ length: 40 }, () => 'ENV x=$x$x').join('\n')
    const { errors } = parse(`FROM x\nENV x=0123456789\n${doubling}\n`)
    expect(errors[0]?.message).toMatch(/too large/)
    expect(expanded(`${'${a:-'.repeat(200)}${'}'.repeat(200)}`)).toBeNull()
  })
})

describe('ARG', () => {
  const text = [
    'ARG BASE=debian',
    'ARG TAG=12',
    'FROM $BASE:$TAG AS one',
    'ARG TAG',
    'ARG OTHER=x$TAG',
    'ARG NONE',
    'RUN one',
    'FROM one AS two',
    'RUN two',
    'FROM $BASE',
    'RUN three',
  ].join('\n')
  const runs = (options: Options = {}) =>
    parse(text, options)
      .instructions.filter((one) => one.keyword === 'RUN')
      .map((one) => one.arguments)

  it('holds in FROM lines, in its stage after a declaration, and in stages that stand on it', () => {
    expect(runs()).toEqual([
      { TAG: '12', OTHER: 'x12', NONE: '' },
      { TAG: '12', OTHER: 'x12', NONE: '' },
      {},
    ])
  })

  it('takes the value that is given, where it is declared', () => {
    const given = { TAG: '13', NONE: 'n', UNDECLARED: 'u', constructor: 'c' }
    expect(runs({ arguments: given })[0]).toEqual({ TAG: '13', OTHER: 'x13', NONE: 'n' })
    expect(parse(text, { arguments: given }).stages[0]?.base).toEqual({
      kind: 'image',
      reference: 'debian:13',
    })
  })

  it('shows the value of an ENV of the same name', () => {
    const { instructions } = parse('FROM x\nARG A=1\nENV A=2\nRUN y\n')
    expect(instructions.at(-1)?.arguments).toEqual({ A: '2' })
  })

  it('knows the platforms', () => {
    const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' }
    const on = 'FROM --platform=$BUILDPLATFORM x\nARG TARGETARCH TARGETPLATFORM\nRUN y\n'
    const { instructions, stages } = parse(on, { platform })
    expect(stages[0]?.platform).toBe('linux/arm64/v8')
    expect(instructions.at(-1)?.arguments).toEqual({
      TARGETARCH: 'arm64',
      TARGETPLATFORM: 'linux/arm64/v8',
    })
    expect(
      parse('FROM x\nRUN $TARGETARCH\nENV a=$TARGETARCH\n').instructions.at(-1)?.expanded,
    ).toBe('a=')
  })
})

describe('stages', () => {
  it('stand on images, on scratch and on each other, by name in any case', () => {
    const { stages } = parse(
      'FROM a AS One\nFROM scratch AS two\nFROM ONE\nFROM 0\nFROM a AS one\nFROM one AS last\n',
    )
    expect(stages.map((stage) => stage.base)).toEqual([
      { kind: 'image', reference: 'a' },
      { kind: 'scratch' },
      { kind: 'stage', stage: 0 },
      { kind: 'image', reference: '0' },
      { kind: 'image', reference: 'a' },
      { kind: 'stage', stage: 4 },
    ])
    expect(stages.map(({ name, line }) => [name, line])[0]).toEqual(['one', 1])
  })

  it('are the target by name, by number, or as the last', () => {
    const text = 'FROM a AS x\nFROM b AS y\nFROM c\n'
    expect(parse(text).target).toBe(2)
    expect(parse(text, { target: 'X' }).target).toBe(0)
    expect(parse(text, { target: '1' }).target).toBe(1)
  })

  it('inherit environment, directory and shell', () => {
    const text =
      'FROM a AS x\nENV e=1\nWORKDIR /w\nSHELL ["/bin/bash", "-c"]\nFROM x\nWORKDIR $e\nRUN y\nFROM b\nRUN z\n'
    const [first, second] = parse(text).instructions.filter((one) => one.keyword === 'RUN')
    expect(first).toMatchObject({ workdir: '/w/1', shell: ['/bin/bash', '-c'] })
    expect(second).toMatchObject({ workdir: '/', shell: ['/bin/sh', '-c'] })
  })

  it('begin with what is known of the base image', () => {
    const base = { environment: { APP: '/opt' }, workdir: '/home', shell: ['/bin/ash', '-c'] }
    const { instructions } = parse('FROM a\nWORKDIR x\nCOPY a $APP/\nRUN y\n', { base })
    expect(instructions.at(-1)).toMatchObject({ workdir: '/home/x', shell: ['/bin/ash', '-c'] })
    expect(instructions[2]?.copy?.destination).toBe('/opt/')
    expect(instructions[2]?.undeclared).toEqual([])
  })

  it('are reached through bases, copies and mounts', () => {
    const text = [
      'FROM a AS base',
      'FROM a AS copied',
      'FROM a AS mounted',
      'FROM a AS unused',
      'COPY --from=copied x y',
      'FROM base',
      'COPY --from=1 x y',
      'COPY --from=elsewhere:1 x y',
      'RUN --mount=from=mounted,target=/m z',
    ]
    const { stages, instructions, target } = parse(`${text.join('\n')}\n`)
    expect([...reachableStages(stages, instructions, target)].sort()).toEqual([0, 1, 2, 4])
    expect(instructions.filter((one) => one.stage === 4).map((one) => one.copy?.from)).toEqual([
      undefined,
      { kind: 'stage', stage: 1 },
      { kind: 'image', reference: 'elsewhere:1' },
      undefined,
    ])
  })

  it('run the ONBUILD triggers of the stage that they stand on', () => {
    const text =
      'FROM a AS p\nONBUILD ARG W=1\nONBUILD WORKDIR /s\nONBUILD COPY . src/\nFROM p\nRUN x $W\n'
    const { stages, instructions } = parse(text)
    expect(stages[0]?.triggers).toEqual([])
    expect(
      stages[1]?.triggers.map((one) => [one.position, one.keyword, one.copy?.destination]),
    ).toEqual([
      [1, 'ARG', undefined],
      [2, 'WORKDIR', undefined],
      [3, 'COPY', '/s/src/'],
    ])
    expect(instructions.at(-1)).toMatchObject({ arguments: { W: '1' }, workdir: '/s' })
  })
})

describe('COPY', () => {
  it.each([
    ['COPY a b', ['a'], '/w/b', false],
    ['COPY a b/', ['a'], '/w/b/', true],
    ['COPY a .', ['a'], '/w/', true],
    ['COPY a ./x/../y', ['a'], '/w/y', false],
    ['COPY a /', ['a'], '/', true],
    ['COPY a b /c', ['a', 'b'], '/c', true],
    ['COPY ["a b", "c d"]', ['a b'], '/w/c d', false],
    ['COPY <<E a /d', ['a'], '/d', true],
    ['COPY <<E /d', [], '/d', false],
  ])('%s', (text, sources, destination, destinationIsFolder) => {
    const end = text.includes('<<E') ? 'E\n' : ''
    const { instructions, errors } = parse(`FROM x\nWORKDIR /w\n${text}\n${end}`)
    expect(errors).toEqual([])
    expect(instructions.at(-1)?.copy).toMatchObject({ sources, destination, destinationIsFolder })
  })
})
