import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ContextFile } from '../../src/core/index.ts'
import { mapCopy, parseDockerfile } from '../../src/description/index.ts'

/** A context of these paths; `path -> target` is a symlink. */
function context(names: readonly string[]): Map<string, ContextFile> {
  return new Map(
    names.map((name) => {
      const [path = '', target] = name.split(' -> ')
      const file = { path, blob: `blob of ${path}`, executable: false }
      return [
        path,
        target === undefined
          ? { ...file, kind: 'file' as const }
          : { ...file, kind: 'symlink' as const, target },
      ]
    }),
  )
}

/** `image path < context path` of all that an instruction brings. */
function mapped(text: string, names: readonly string[], intoFolder = false): string[] {
  const { instructions, errors } = parseDockerfile(`FROM x\nWORKDIR /w\n${text}\n`, {
    arguments: {},
    target: null,
  })
  expect(errors).toEqual([])
  const instruction = instructions.at(-1)
  if (instruction === undefined) throw new Error('no instruction')
  const found = mapCopy(instruction, context(names), intoFolder)
  return [...found].map(([path, file]) => `${path} < ${file.path}`).sort()
}

const FILES = ['a', 'b.txt', 'c.txt', 'dir/d', 'dir/sub/e', 'dir/sub/f.txt', 'other/d']

describe('mapCopy', () => {
  it.each<[string, readonly string[]]>([
    ['COPY a /x', ['x < a']],
    ['COPY a /x/', ['x/a < a']],
    ['COPY a .', ['w/a < a']],
    ['COPY ./a x', ['w/x < a']],
    ['COPY /a /x', ['x < a']],
    ['COPY ../../a /x', ['x < a']],
    ['COPY a b.txt /x', ['x/a < a', 'x/b.txt < b.txt']],
    ['COPY *.txt /x/', ['x/b.txt < b.txt', 'x/c.txt < c.txt']],
    ['COPY dir /x', ['x/d < dir/d', 'x/sub/e < dir/sub/e', 'x/sub/f.txt < dir/sub/f.txt']],
    ['COPY dir/ /x', ['x/d < dir/d', 'x/sub/e < dir/sub/e', 'x/sub/f.txt < dir/sub/f.txt']],
    ['COPY di* /x', ['x/d < dir/d', 'x/sub/e < dir/sub/e', 'x/sub/f.txt < dir/sub/f.txt']],
    ['COPY */d /x/', ['x/d < other/d']],
    ['COPY dir/*/[ef]* /x/', ['x/e < dir/sub/e', 'x/f.txt < dir/sub/f.txt']],
    ['COPY ["a", "/x"]', ['x < a']],
    ['COPY nowhere /x', []],
    ['COPY *.none /x/', []],
    ['COPY --exclude=*.txt dir/sub /x', ['x/e < dir/sub/e']],
    ['COPY --exclude=sub dir /x', ['x/d < dir/d']],
    [
      'COPY --exclude=**/*.txt . /x',
      ['x/a < a', 'x/dir/d < dir/d', 'x/dir/sub/e < dir/sub/e', 'x/other/d < other/d'],
    ],
    // what is named outright is not excluded
    ['COPY --exclude=a a /x', ['x < a']],
    ['COPY --parents dir/sub/e a /x/', ['x/a < a', 'x/dir/sub/e < dir/sub/e']],
    ['COPY --parents dir/./sub/e /x/', ['x/sub/e < dir/sub/e']],
    ['COPY --parents **/d /x/', ['x/dir/d < dir/d', 'x/other/d < other/d']],
    ['COPY --parents --exclude=other **/d /x/', ['x/dir/d < dir/d']],
    ['COPY --from=x a /x', []],
    ['ADD https://example.org/a git@example.org:x/y.git /x/', []],
    ['ADD a https://example.org/a me@example.org:y /x/', ['x/a < a']],
    ['ADD github.com/example/y /x/', []],
    ['RUN a', []],
  ])('%s', (text, expected) => {
    expect(mapped(text, FILES)).toEqual(expected)
  })

  it('puts a file into a folder that is already there', () => {
    expect(mapped('COPY a /x', FILES, true)).toEqual(['x/a < a'])
    expect(mapped('COPY dir/sub /x', FILES, true)).toEqual([
      'x/e < dir/sub/e',
      'x/f.txt < dir/sub/f.txt',
    ])
  })

  it('follows links to sources, not those within folders, and never leaves the context', () => {
    const files = [
      'real/a',
      'link -> real',
      'file -> real/a',
      'up -> ../../real',
      'root -> /real/a',
      'loop -> loop',
      'in/link -> ../real/a',
      'gone -> nowhere',
    ]
    expect(mapped('COPY file /x', files)).toEqual(['x < real/a'])
    expect(mapped('COPY file /x/', files)).toEqual(['x/file < real/a'])
    expect(mapped('COPY link /x', files)).toEqual(['x/a < real/a'])
    expect(mapped('COPY link/a /x', files)).toEqual(['x < real/a'])
    expect(mapped('COPY up /x', files)).toEqual(['x/a < real/a'])
    expect(mapped('COPY root /x', files)).toEqual(['x < real/a'])
    expect(mapped('COPY in /x', files)).toEqual(['x/link < in/link'])
    expect(mapped('COPY gone /x', files)).toEqual([])
    expect(mapped('COPY lin*/a /x', files)).toEqual([])
    expect(mapped('COPY loop /x', files)).toHaveLength(1)
  })

  it('brings only what the context has, whatever the source, in bounded time', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', '.', '/', '*', '?', '[', ']', '\\', '-', '!', '^'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 3 }),
        name,
        fc.boolean(),
        (sources, destination, parents) => {
          const json = JSON.stringify([...sources, destination])
          const text = `FROM x\nCOPY ${parents ? '--parents ' : ''}${json}\n`
          const { instructions } = parseDockerfile(text, { arguments: {}, target: null })
          const files = context(['a', 'aa/a', 'a.a', 'aaa/aa/a', 'l -> a', 'm -> m/../m'])
          for (const [path, file] of mapCopy(
            instructions[1] ?? instructions[0] ?? fail(),
            files,
            false,
          )) {
            expect(files.get(file.path)).toBe(file)
            expect(path).not.toMatch(/^\/|(^|\/)\.\.?(\/|$)/)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})

function fail(): never {
  throw new Error('no instruction')
}
