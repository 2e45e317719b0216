// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the text of shell scripts
import { describe, expect, it } from 'vitest'
import type { Command } from '../../../src/core/index.ts'
import { parseCommands, parseDockerfile } from '../../../src/description/index.ts'
import { unreadShells } from '../../../src/description/shell/index.ts'

function read(text: string, given: Readonly<Record<string, string>> = {}) {
  const dockerfile = parseDockerfile(text, { arguments: given, target: null })
  expect(dockerfile.errors).toEqual([])
  return { commands: parseCommands(dockerfile), unread: unreadShells(dockerfile) }
}

/** The commands of a RUN: words with blanks between, `‹word›` when its value is not known, `?` in front when conditional. */
function shown(run: string, before = ''): string[] {
  return read(`FROM debian:12\n${before}RUN ${run}\n`).commands.map(show)
}

function show({ words, dynamic, conditional, assignments }: Command): string {
  const set = Object.entries(assignments).map(([name, value]) => `${name}:=${value}`)
  const text = words.map((word, index) => (dynamic[index] ? `‹${word}›` : word))
  return [...(conditional ? ['?'] : []), ...set, ...text].join(' ')
}

type Row = readonly [run: string, expected: readonly string[]]

describe('words', () => {
  it.each<Row>([
    ['echo a "b c" \'d $e\' f\\ g', ['echo a b c d $e f g']],
    ["echo a'b'\"c\" $'d\\te'", ['echo abc d\te']],
    ['echo "a\\"b" "\\$c" ""', ['echo a"b $c ']],
    ['echo *.txt [ab]? x#y # comment', ['echo *.txt [ab]? x#y']],
    ['echo a > /b 2>&1 < /c', ['echo a']],
    ['> /empty', ['']],
    [
      'echo $x "${y}z" `date` $(date) $((1+2)) ~',
      ['date', 'date', 'echo ‹$x› ‹${y}z› ‹`date`› ‹$(date)› ‹$((1+2))› ~'],
    ],
    ['echo "$@" $1 $?', ['echo ‹$@› ‹$1› ‹$?›']],
    ['diff <(a b) c', ['a b', 'diff ‹<(a b)› c']],
    ['A=1 B="$x" go', ['A:=1 B:="$x" go']],
    ['A=1', ['A:=1']],
    ['[ -f x ] && test -d y', ['[ -f x ]', 'test -d y']],
    ['[[ $a == b ]] && go', ['go']],
    ['mkdir -p /a/{b,c}', ['mkdir -p /a/{b,c}']],
  ])('%s', (run, expected) => {
    expect(shown(run)).toEqual(expected)
  })

  it('leaves {a,b} open where bash would expand it', () => {
    expect(shown('mkdir /{a,b}', 'SHELL ["/bin/bash", "-c"]\n')).toEqual(['mkdir ‹/{a,b}›'])
  })
})

describe('structure', () => {
  it.each<Row>([
    ['a; b && c', ['a', 'b', 'c']],
    ['a || b', ['a', '? b']],
    ['a && b || c && d', ['a', 'b', '? c', 'd']],
    ['a & b', ['a', 'b']],
    ['! a', ['a']],
    ['(a; b)', ['a', 'b']],
    ['{ a; b; } > x', ['a', 'b']],
    ['if a; then b; elif c; then d; else e; fi', ['a', '? b', '? c', '? d', '? e']],
    ['for x in 1 $(two); do a $x; done', ['two', '? a ‹$x›']],
    ['for ((i=0;i<3;i++)); do a; done', ['? a']],
    ['while a; do b; done', ['a', '? b']],
    ['until a; do b; done', ['a', '? b']],
    ['case $(x) in a) b ;; *) c ;; esac', ['x', '? b', '? c']],
    ['f() { a; }; f', ['? a', 'f']],
    ['time a', ['a']],
    ['a && { b || { c; exit 1; }; }', ['a', 'b', '? c', '? exit 1']],
  ])('%s', (run, expected) => {
    expect(shown(run)).toEqual(expected)
  })

  it('numbers pipelines, and places in them', () => {
    const { commands } = read('FROM x\nRUN a | b | c && d; e | { f; g | h; }\n')
    const places = commands.map(({ words, pipeline, pipelineIndex }) => [
      words[0],
      pipeline,
      pipelineIndex,
    ])
    expect(places).toEqual([
      ['a', 0, 0],
      ['b', 0, 1],
      ['c', 0, 2],
      ['d', 1, 0],
      ['e', 2, 0],
      ['f', 2, 1],
      ['g', 3, 0],
      ['h', 3, 1],
    ])
  })
})

describe('programs that run programs', () => {
  it.each<Row>([
    ['sudo apt-get update', ['apt-get update']],
    ['sudo -E -u www-data -- apt-get -y install x', ['apt-get -y install x']],
    ['sudo A=1 b', ['A:=1 b']],
    ['env -i A=1 B=2 c d', ['A:=1 B:=2 c d']],
    ['env -u A b', ['b']],
    ['/usr/bin/env bash x.sh', ['bash x.sh']],
    ['nice -n 10 a', ['a']],
    ['nice a', ['a']],
    ['timeout -k 5 60s a b', ['a b']],
    ['nohup time -p a', ['a']],
    ['exec a', ['a']],
    ['command -v a', ['command -v a']],
    ['command a', ['a']],
    ['gosu postgres initdb', ['initdb']],
    ['stdbuf -oL a', ['a']],
    ['busybox wget x', ['wget x']],
    ['sudo', ['sudo']],
    ['sudo $OPTIONS a', ['sudo ‹$OPTIONS› a']],
    ['sudo -l', ['sudo -l']],
    ['xargs -n 1 -a list apt-get install -y', ['apt-get install -y ‹$@›']],
    ['find . -print0 | xargs -0 rm', ['find . -print0', 'rm ‹$@›']],
    ['sh -c "a b"', ['sh -c a b', 'a b']],
    ["bash -euxo pipefail -c 'a | b' x", ['bash -euxo pipefail -c a | b x', 'a', 'b']],
    ["bash -lc 'a && bash -c b'", ['bash -lc a && bash -c b', 'a', 'bash -c b', 'b']],
    [
      'sh -c "$(curl -fsSL https://x)"',
      ['curl -fsSL https://x', 'sh -c ‹$(curl -fsSL https://x)›'],
    ],
    ['bash script.sh -c a', ['bash script.sh -c a']],
    ['su - me -c "a b"', ['su - me -c a b', 'a b']],
    ['eval "a b"', ['eval a b', 'a b']],
    ['if x; then sh -c a; fi', ['x', '? sh -c a', '? a']],
  ])('%s', (run, expected) => {
    expect(shown(run)).toEqual(expected)
  })

  it('keep the text as it is written', () => {
    expect(read('FROM x\nRUN sudo -E apt-get  install "x" >/dev/null\n').commands[0]?.text).toBe(
      'sudo -E apt-get  install "x" >/dev/null',
    )
  })

  it('are not followed for ever', () => {
    let script = 'true'
    for (let depth = 0; depth < 12; depth += 1) script = `sh -c ${JSON.stringify(script)}`
    expect(read(`FROM x\nRUN ${script}\n`).unread[0]?.reason).toContain('nested too deeply')
  })
})

describe('values', () => {
  const before =
    'ARG VERSION=1.2.3\nARG NONE\nENV LIST="a  b" EMPTY= SECRET_TOKEN=x\nARG TARGETARCH\n'
  it.each<Row>([
    ['x $VERSION "$VERSION" \'$VERSION\'', ['x 1.2.3 1.2.3 $VERSION']],
    ['x ${VERSION%.*} ${VERSION##*.} ${VERSION/./-} ${VERSION//./-}', ['x 1.2 3 1-2.3 1-2-3']],
    ['x ${VERSION:-d} ${EMPTY:-d} ${EMPTY-d} ${VERSION:+s}', ['x 1.2.3 d s']],
    [
      'x ${VERSION^^} ${VERSION:0:1} ${#VERSION}',
      ['x ‹${VERSION^^}› ‹${VERSION:0:1}› ‹${#VERSION}›'],
    ],
    ['x $LIST "$LIST" a$LIST', ['x a b a  b aa b']],
    ['x $EMPTY "$EMPTY" y', ['x  y']],
    ['x $NONE $UNDECLARED $PATH $HOME', ['x ‹$NONE› ‹$UNDECLARED› ‹$PATH› ‹$HOME›']],
    ['x $SECRET_TOKEN $TARGETARCH', ['x ‹$SECRET_TOKEN› ‹$TARGETARCH›']],
    ['A=$VERSION; x $A; A=$(date); x $A', ['A:=1.2.3', 'x 1.2.3', 'date', 'A:=$(date)', 'x ‹$A›']],
    ['A=1; if y; then A=2; x $A; fi; x $A', ['A:=1', 'y', '? A:=2', '? x 2', 'x ‹$A›']],
    ['A=1; (A=2; x $A); x $A', ['A:=1', 'A:=2', 'x 2', 'x 1']],
    ['A=1; for i in 1 2; do x $A; A=2; done', ['A:=1', '? x ‹$A›', '? A:=2']],
    ['A=1; y | read A; x $A; read A; x $A', ['A:=1', 'y', 'read A', 'x 1', 'read A', 'x ‹$A›']],
    ['export A=1 && x $A && unset A && x $A', ['export A=1', 'x 1', 'unset A', 'x ‹$A›']],
    ['. /etc/os-release && x $VERSION', ['. /etc/os-release', 'x ‹$VERSION›']],
    ['A=1 x $A', ['A:=1 x ‹$A›']],
    ['y || VERSION=2; x $VERSION', ['y', '? VERSION:=2', 'x ‹$VERSION›']],
    ["A=1; sh -c 'x $A $VERSION'", ['A:=1', 'sh -c x $A $VERSION', 'x ‹$A› 1.2.3']],
    ['f() { VERSION=3; }; f; x $VERSION', ['? VERSION:=3', 'f', 'x ‹$VERSION›']],
  ])('%s', (run, expected) => {
    expect(shown(run, before)).toEqual(expected)
  })

  it('are those in force at the instruction, of its stage and the stages below', () => {
    const text = [
      'ARG GLOBAL=g',
      'FROM x AS one',
      'RUN x $V $GLOBAL',
      'ENV V=1',
      'RUN x $V',
      'ENV V=$UNKNOWN',
      'RUN x $V',
      'ENV V=2',
      'FROM one',
      'ARG GLOBAL',
      'RUN x $V $GLOBAL',
      'FROM y',
      'RUN x $V',
    ].join('\n')
    expect(read(text).commands.map(show)).toEqual([
      'x ‹$V› ‹$GLOBAL›',
      'x 1',
      'x ‹$V›',
      'x 2 g',
      'x ‹$V›',
    ])
    // what was given from outside is in no file, and may be a secret
    expect(read(text, { GLOBAL: 'given' }).commands.map(show)[3]).toBe('x 2 ‹$GLOBAL›')
    const passed = 'FROM x\nARG A=1\nENV B=$A C=c\nARG D=$B\nRUN x $A $B $C $D\n'
    expect(read(passed).commands.map(show)).toEqual(['x 1 1 c 1'])
    expect(read(passed, { A: 'given' }).commands.map(show)).toEqual(['x ‹$A› ‹$B› c ‹$D›'])
    expect(read(passed, { A: '1' }).commands.map(show)).toEqual(['x 1 1 c 1'])
  })
})

describe('forms of RUN', () => {
  it('are words, of which a shell may read one', () => {
    expect(shown('["apt-get", "install", "$x"]')).toEqual(['apt-get install $x'])
    expect(shown('["/bin/bash", "-c", "a | b"]')).toEqual(['/bin/bash -c a | b', 'a', 'b'])
    expect(shown('["sudo", "a"]')).toEqual(['a'])
    expect(shown('[]')).toEqual([''])
  })

  it('are heredocs, as scripts and as input', () => {
    const { commands, unread } = read(
      [
        'FROM x',
        'RUN <<EOF',
        'a',
        'b \\',
        '  c',
        'EOF',
        'RUN <<-E bash -e',
        '\td',
        '\tE',
        'RUN <<E',
        '#!/usr/bin/env bash',
        'e',
        'E',
        'RUN cat <<A > /x && sh <<B',
        'not a command',
        'A',
        'f',
        'B',
        'RUN g \\',
        '  # note',
        '  && h',
        '',
      ].join('\n'),
    )
    expect(commands.map((command) => [command.line, show(command)])).toEqual([
      [3, 'a'],
      [4, 'b c'],
      [7, 'bash -e'],
      [8, 'd'],
      [12, 'e'],
      [14, 'cat'],
      [14, 'sh'],
      [17, 'f'],
      [19, 'g'],
      [21, 'h'],
    ])
    expect(unread).toEqual([])
  })

  it('of other languages are named', () => {
    const text = [
      'FROM x',
      'RUN <<E',
      '#!/usr/bin/python3',
      'print(1)',
      'E',
      'RUN node <<E',
      'x()',
      'E',
      'SHELL ["powershell", "-Command"]',
      'RUN Write-Host 1',
      'RUN ["a"]',
      'SHELL ["conda", "run", "-n", "x", "/bin/bash", "-c"]',
      'RUN b',
      'SHELL ["/bin/sh", "-ec"]',
      'RUN c',
      'SHELL ["/bin/sh"]',
      'RUN d',
      '',
    ].join('\n')
    const { commands, unread } = read(text)
    expect(commands.map(show)).toEqual(['node', 'a', 'b', 'c'])
    expect(unread).toEqual([
      { line: 2, reason: 'the heredoc is run by "/usr/bin/python3", which is no sh' },
      { line: 6, reason: 'the heredoc that node runs is no shell script' },
      { line: 10, reason: 'the shell "powershell -Command" is no sh' },
      { line: 17, reason: 'the shell "/bin/sh" is no sh' },
    ])
  })

  it('of triggers stand where they run, once', () => {
    const { commands } = read('FROM x AS p\nONBUILD RUN a\nFROM p\nRUN b\nFROM p\n')
    expect(commands.map((command) => [command.instruction, command.line, show(command)])).toEqual([
      [1, 2, 'a'],
      [3, 4, 'b'],
    ])
  })

  it('that are broken give what can be read, and say so', () => {
    const { commands, unread } = read('FROM x\nRUN a && \\\n b "c\nRUN if d; then\n')
    expect(commands.map((command) => command.words[0])).toEqual(['a', 'b', 'd'])
    expect(unread.map(({ line }) => line)).toEqual([3, 4])
  })
})
