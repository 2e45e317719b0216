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

/** Commands that write where they are told to, or where their system keeps its own. */
const PLAIN = new Set([
  ...READERS,
  ...'addgroup adduser awk chgrp chmod chown cp curl dpkg find gawk groupadd id install ldconfig'.split(
    ' ',
  ),
  ...'ln locale-gen mkdir mv passwd pwd rm rmdir rpm sed sha256sum sha512sum md5sum sleep sort'.split(
    ' ',
  ),
  ...'tar tee touch tr true uname update-ca-certificates useradd usermod wc wget xargs'.split(' '),
])

/** Which paths some work names, and where else it may write. */
export interface PathNames {
  /** True when it names this path, a pattern it fits, or a folder above it that it rewrites. */
  names(path: string): boolean
  /** True when it names a file of this name, wherever. */
  namesLike(path: string): boolean
  /** True when it may write a file that it does not name, because a program is run in the folder or is told of it. */
  mayWrite(path: string, folder: string): boolean
  /** True when every program it runs writes where it is told to, or where the system keeps its own. */
  readonly isPlain: boolean
  /** True when it is plain, and no word that the text does not tell says where that is. */
  readonly isExact: boolean
  /** True when it may change what stands in a file; lines that are appended change none that were there. */
  mayRewrite(path: string): boolean
  /** True when a word of it, or a part of one, is exactly this. */
  mentions(name: string): boolean
  /** True when it names a folder above the path to a command that takes away or moves. */
  movesAbove(path: string): boolean
  /** True when it calls this (`make`, `npm install`) in the folder, or in one above it. */
  runsIn(call: string, folder: string): boolean
}

/** What any of them names. */
export function anyOf(all: readonly PathNames[]): PathNames {
  return {
    names: (path) => all.some((each) => each.names(path)),
    namesLike: (path) => all.some((each) => each.namesLike(path)),
    mayWrite: (path, folder) => all.some((each) => each.mayWrite(path, folder)),
    isPlain: all.every((each) => each.isPlain),
    isExact: all.every((each) => each.isExact),
    mayRewrite: (path) => all.some((each) => each.mayRewrite(path)),
    mentions: (name) => all.some((each) => each.mentions(name)),
    movesAbove: (path) => all.some((each) => each.movesAbove(path)),
    runsIn: (call, folder) => all.some((each) => each.runsIn(call, folder)),
  }
}

/** The paths that commands name. */
export class NamedPaths implements PathNames {
  readonly #exact = new Set<string>()
  readonly #folders = new Set<string>()
  readonly #names = new Set<string>()
  /** Names in folders that a variable stands for. */
  readonly #anywhere = new Set<string>()
  readonly #trees = new Set<string>()
  readonly #globs: Glob[] = []
  /** Folders that commands are run in, and the programs that are run. */
  readonly #working = new Set<string>()
  readonly #moved = new Set<string>()
  /** Paths that lines are appended to and that nothing else names; all that words are made of. */
  readonly #appended = new Set<string>()
  readonly #pieces = new Set<string>()
  #isOpen = false
  readonly #programs = new Set<string>()
  readonly #calls = new Set<string>()

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
    for (const { words } of commands) {
      const program = nameOf(words[0] ?? '')
      this.#programs.add(program)
      this.#calls.add(program).add(`${program} ${words[1] ?? ''}`)
    }
    const expanded = commands.map((command) => ({
      words: command.words.map((word) => expand(word, values)),
      redirected: redirections(command.text).map(({ word, appends }) => ({
        word: expand(word, values),
        appends,
      })),
    }))
    for (const { words } of expanded) {
      const [program = '', folder = ''] = words
      if (!MOVERS.has(nameOf(program))) continue
      for (const path of this.#places(folder)) this.#folders.add(path)
    }
    for (const folder of this.#folders) this.#working.add(folder)
    for (const { words, redirected } of expanded) {
      this.#readCommand(nameOf(words[0] ?? ''), words.slice(1))
      for (const { word, appends } of redirected) if (!appends) this.#note(word)
      for (const piece of words.flatMap((word) => word.split(/[^\w.-]+/))) this.#pieces.add(piece)
    }
    const appends = expanded.flatMap(({ redirected }) => redirected.filter((each) => each.appends))
    for (const path of appends.flatMap(({ word }) => this.#places(word))) {
      if (!this.#exact.has(path)) this.#appended.add(path)
    }
    for (const { word } of appends) this.#note(word)
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

  // The root is left out: programs are run there that nobody told to go elsewhere.
  mayWrite(path: string, folder: string): boolean {
    if (this.isPlain) return false
    const isBetween = (each: string) => isWithin(path, each) && isWithin(each, folder)
    return this.#worksAbove(folder) || [...this.#exact, ...this.#working].some(isBetween)
  }

  get isPlain(): boolean {
    return this.#programs.size > 0 && [...this.#programs].every((name) => PLAIN.has(name))
  }

  get isExact(): boolean {
    return this.isPlain && !this.#isOpen
  }

  mayRewrite(path: string): boolean {
    return this.names(path) && !this.#appended.has(path)
  }

  mentions(name: string): boolean {
    return this.#pieces.has(name)
  }

  movesAbove(path: string): boolean {
    return [...this.#moved].some((each) => isWithin(path, each))
  }

  runsIn(call: string, folder: string): boolean {
    return this.#calls.has(call) && this.#worksAbove(folder)
  }

  #worksAbove(folder: string): boolean {
    return [...this.#working].some((each) => each !== '' && isWithin(folder, each))
  }

  #readCommand(program: string, words: readonly string[]): void {
    if (READERS.has(program)) return
    // such words may lead anywhere, and so may a walk from the root
    if (words.some((word) => /[$`]/.test(word)) || program === 'xargs') this.#isOpen = true
    if ((TREES.has(program) || RECURSIVE.has(program)) && words.includes('/')) this.#isOpen = true
    const recursive = words.some((word) => /^-[A-Za-z]*[raR]|^--(recursive|archive)$/.test(word))
    const works = TREES.has(program) || (RECURSIVE.has(program) && recursive)
    for (const word of words) {
      for (const path of this.#note(word)) {
        if ((program === 'mv' || program === 'rm') && path !== '') this.#moved.add(path)
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

function redirections(text: string): readonly { word: string; appends: boolean }[] {
  return [...text.matchAll(/(>>?)\s*([^\s;&|<>()]+)/g)].map(([, operator, word = '']) => ({
    word: word.replace(/^["']|["']$/g, ''),
    appends: operator === '>>',
  }))
}

function expand(word: string, values: ReadonlyMap<string, string>): string {
  if (!word.includes('$')) return word
  return word.replace(
    /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g,
    (whole, plain: string | undefined, braced: string | undefined) =>
      values.get(plain ?? braced ?? '') ?? whole,
  )
}
