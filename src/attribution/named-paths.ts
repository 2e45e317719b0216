// Which paths the words of a step name. Words are read as paths in the folders the step works in, never
// as substrings; words of commands that only look name nothing.
import type { Command } from '../core/index.ts'
import { cleanPath, isWithin, joinPath, nameOf, parentOf } from '../core/index.ts'

/** Commands that write nothing at the paths they are given, or whose words are names of packages. */
const READERS = new Set([
  ...'[ cat cd command cmp diff du echo export file grep head ls popd printf pushd set'.split(' '),
  ...'stat tail test type wc which apk apt apt-get aptitude dnf microdnf yum zypper'.split(' '),
])
/** Commands that work on everything below a folder they are given. */
const TREES = new Set('bsdtar cpio find git make patch rm rsync tar unzip'.split(' '))
/** Commands that do so with the option for it. */
const RECURSIVE = new Set('chgrp chmod chown cp install mv setfacl'.split(' '))
const MOVERS = new Set(['cd', 'pushd'])

interface Glob {
  readonly folder: string
  readonly name: RegExp
}

/** The paths that commands name. */
export class NamedPaths {
  readonly #exact = new Set<string>()
  readonly #folders = new Set<string>()
  readonly #names = new Set<string>()
  /** Names in folders that a variable stands for. */
  readonly #anywhere = new Set<string>()
  readonly #trees = new Set<string>()
  readonly #globs: Glob[] = []

  readonly #real: (path: string) => string

  /** `values`: what variables stand for; `real`: where a path leads once links in its folder are followed. */
  constructor(
    commands: readonly Command[],
    workdir: string,
    values: ReadonlyMap<string, string> = new Map(),
    real: (path: string) => string = (path) => path,
  ) {
    this.#real = real
    this.#folders.add(real(cleanPath(workdir).path))
    const expanded = commands.map((command) => ({
      words: command.words.map((word) => expand(word, values)),
      redirected: redirections(command.text).map((word) => expand(word, values)),
    }))
    for (const { words } of expanded) {
      const [program = '', folder = ''] = words
      if (!MOVERS.has(nameOf(program))) continue
      for (const path of this.#places(folder)) this.#folders.add(path)
    }
    for (const { words, redirected } of expanded) {
      this.#readCommand(nameOf(words[0] ?? ''), words.slice(1))
      for (const word of redirected) this.#note(word)
    }
  }

  /** True when the step names this path, a pattern it fits, or a folder above it that the step rewrites. */
  names(path: string): boolean {
    const [folder, name] = [parentOf(path), nameOf(path)]
    if (this.#exact.has(path) || this.#anywhere.has(name)) return true
    if (this.#names.has(name) && this.#folders.has(folder)) return true
    if (this.#globs.some((glob) => glob.folder === folder && glob.name.test(name))) return true
    for (const tree of this.#trees) if (isWithin(path, tree)) return true
    return false
  }

  /** True when the step names a file of this name, wherever: a stage's folders are not those of the image. */
  namesLike(path: string): boolean {
    return this.#names.has(nameOf(path)) || this.#anywhere.has(nameOf(path)) || this.names(path)
  }

  #readCommand(program: string, words: readonly string[]): void {
    if (READERS.has(program)) return
    const recursive = words.some((word) => /^-[A-Za-z]*[raR]|^--(recursive|archive)$/.test(word))
    const works = TREES.has(program) || (RECURSIVE.has(program) && recursive)
    for (const word of words) {
      for (const path of this.#note(word)) {
        if (works && (path.includes('/') || (program === 'find' && path !== '')))
          this.#trees.add(path)
      }
    }
  }

  /** Notes what a word names; returns the paths it may be. */
  #note(word: string): readonly string[] {
    const last = word.slice(word.search(/[^=,:]*$/))
    if (last === '' || last.startsWith('-')) return []
    const name = nameOf(last.replace(/\/+$/, ''))
    if (/[$`]/.test(last)) {
      if (!/[$`]/.test(name) && name !== '' && last.includes('/')) this.#anywhere.add(name)
      return []
    }
    const places = this.#places(last)
    for (const path of places) {
      if (/[*?[]/.test(path)) this.#noteGlob(path)
      else {
        this.#exact.add(path)
        if (last.startsWith('/')) this.#folders.add(path)
      }
    }
    if (!/[*?[]/.test(name)) this.#names.add(name)
    return places.filter((path) => !/[*?[]/.test(path))
  }

  #noteGlob(path: string): void {
    const folder = parentOf(path)
    if (/[*?[]/.test(folder)) return
    this.#globs.push({ folder, name: globPattern(nameOf(path)) })
  }

  /** A word as paths from the root: absolute, or in every folder that the step works in. */
  #places(word: string): readonly string[] {
    if (word.startsWith('/')) return [this.#real(cleanPath(word).path)]
    if (!/^[\w.@+*?[\]/~-]+$/.test(word)) return []
    return [...this.#folders]
      .slice(0, MAX_FOLDERS)
      .map((folder) => this.#real(cleanPath(joinPath(folder, word)).path))
  }
}

const MAX_FOLDERS = 20
const MAX_STARS = 4

/** A shell pattern within one folder. Many stars would take long to match: then all names fit. */
function globPattern(name: string): RegExp {
  if (name.split('*').length - 1 > MAX_STARS) return /^/
  const source = name
    .replace(/[.+^${}()|\\[\]]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\\\[[^\]]*\\\]/g, '.')
  return new RegExp(`^${source}$`, 's')
}

function redirections(text: string): readonly string[] {
  return [...text.matchAll(/>>?\s*([^\s;&|<>()]+)/g)].map((match) =>
    (match[1] ?? '').replace(/^["']|["']$/g, ''),
  )
}

function expand(word: string, values: ReadonlyMap<string, string>): string {
  if (!word.includes('$')) return word
  return word.replace(
    /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g,
    (whole, plain: string | undefined, braced: string | undefined) =>
      values.get(plain ?? braced ?? '') ?? whole,
  )
}
