// The rule of imports of docs/architecture.md, checked from the imports themselves.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const source = join(root, 'src')

/** Every folder of src, in the order of the line, with the folders that it may import besides core and itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  policy: [],
  image: [],
  layer: [],
  archive: ['layer'],
  catalog: [],
  inventory: ['layer', 'catalog'],
  description: [],
  attribution: ['catalog', 'inventory'],
  rule: [],
  report: [],
  audit: [
    'policy',
    'image',
    'layer',
    'archive',
    'catalog',
    'inventory',
    'description',
    'attribution',
    'rule',
    'report',
  ],
  cli: ['policy', 'inventory', 'rule', 'report', 'audit'],
}

/** Folders that work on what they are given: no files, no network, no processes. */
const PURE = ['core', 'catalog', 'attribution', 'report']
const IMPURE = /^node:(fs|net|http|https|tls|dgram|child_process|worker_threads|os)(\/|$)/

interface Import {
  readonly file: string
  readonly target: string
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : path.endsWith('.ts') ? [path] : []
  })
}

const FILES = filesBelow(source).sort()

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const found = text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*'([^']+)'/gm)
  return [...found].map(([, target = '']) => ({ file: relative(source, file), target }))
}

const IMPORTS = FILES.flatMap(importsOf)

/** The file that a relative import names, from src. */
function targetOf({ file, target }: Import): string {
  return normalize(join(dirname(file), target))
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

const LOCAL = IMPORTS.filter(({ target }) => target.startsWith('.'))

describe('the rule of imports', () => {
  it('knows every folder of src', () => {
    const folders = readdirSync(source, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
    expect(folders.sort()).toEqual(Object.keys(MAY_IMPORT).sort())
  })

  it('sees the imports: there are many', () => {
    expect(LOCAL.length).toBeGreaterThan(FILES.length)
  })

  it('a folder imports only from the folders that the table names', () => {
    const broken = LOCAL.filter((each) => {
      const from = folderOf(each.file)
      const to = folderOf(targetOf(each))
      if (from === '' || from === to || to === 'core') return false
      return !(MAY_IMPORT[from] ?? []).includes(to)
    })
    expect(broken).toEqual([])
  })

  it('the table allows only what stands to the left', () => {
    const order = Object.keys(MAY_IMPORT)
    for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
      const later = allowed.filter((each) => order.indexOf(each) >= order.indexOf(folder))
      expect({ folder, later }).toEqual({ folder, later: [] })
    }
  })

  it('other folders are entered through their index.ts', () => {
    const broken = LOCAL.filter((each) => {
      const [from, to] = [folderOf(each.file), targetOf(each)]
      if (from === '' || from === folderOf(to)) return false
      // The command line tells its version before it loads anything.
      return to !== `${folderOf(to)}/index.ts` && to !== 'audit/version.ts'
    })
    expect(broken).toEqual([])
  })

  it('has no cycles', () => {
    const edges = new Map<string, string[]>()
    for (const each of LOCAL) {
      edges.set(each.file, [...(edges.get(each.file) ?? []), targetOf(each)])
    }
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]): readonly string[] | null => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
      if (done.has(file)) return null
      for (const next of edges.get(file) ?? []) {
        const cycle = visit(next, [...path, file])
        if (cycle !== null) return cycle
      }
      done.add(file)
      return null
    }
    const cycles = [...edges.keys()].map((file) => visit(file, [])).filter((each) => each !== null)
    expect(cycles).toEqual([])
  })
})

describe('fences', () => {
  it('pure folders open no files, sockets or processes', () => {
    const broken = IMPORTS.filter(
      ({ file, target }) => PURE.includes(folderOf(file)) && IMPURE.test(target),
    )
    expect(broken).toEqual([])
  })

  it('only the inventory opens SQLite', () => {
    const users = IMPORTS.filter(({ target }) => target === 'better-sqlite3')
    expect(new Set(users.map(({ file }) => folderOf(file)))).toEqual(new Set(['inventory']))
  })

  it('only the command line touches streams, the environment and the exit', () => {
    const touching = FILES.filter((file) =>
      /\bprocess\.(stdout|stderr|stdin|env|argv|exit|exitCode)\b/.test(readFileSync(file, 'utf8')),
    ).map((file) => relative(source, file))
    const others = touching.filter((file) => folderOf(file) !== 'cli')
    // The child that runs users' SQL is a process of its own and ends itself.
    expect(others).toEqual(['inventory/query-child.ts'])
  })

  it('nothing but the command line looks at the clock or at chance', () => {
    const users = FILES.filter((file) =>
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(/.test(
        readFileSync(file, 'utf8'),
      ),
    ).map((file) => relative(source, file))
    const others = users.filter((file) => folderOf(file) !== 'cli')
    // A deadline for a hostile folder: it is not part of any result.
    expect(others).toEqual(['description/work-disk.ts'])
  })

  it('no file is longer than 400 lines', () => {
    const long = FILES.map((file) => ({
      file: relative(source, file),
      lines: readFileSync(file, 'utf8').split('\n').length - 1,
    })).filter(({ lines }) => lines > 400)
    expect(long).toEqual([])
  })
})
