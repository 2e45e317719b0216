// Makes the repositories of the search bench, the same ones each time: one with a long history, and a folder of
// many small ones. git fast-import writes them.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

const START = 1_500_000_000
const DOCKERFILE = [
  'FROM tiny:1',
  'WORKDIR /srv/shop',
  'RUN apk add --no-cache shop-runtime shop-codecs',
  'COPY src /srv/shop/src',
  'CMD ["/srv/shop/src/start"]',
  '',
].join('\n')

/** Numbers below 1 that look like chance, and are not. */
function chance(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x7fffffff
  }
}

const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`

/** Text of a file at a commit. */
function contentOf(path, commit, own = '') {
  return `// ${path}, changed by commit ${commit}${own}\n${'export const line = 1\n'.repeat(6)}`
}

class Importer {
  #child
  #text = ''

  constructor(folder) {
    mkdirSync(folder, { recursive: true })
    execFileSync('git', ['init', '--quiet', '--bare', folder])
    const words = ['--git-dir', folder, 'fast-import', '--quiet']
    this.#child = spawn('git', words, { stdio: ['pipe', 'inherit', 'inherit'] })
  }

  async write(text) {
    this.#text += text
    if (this.#text.length < 1 << 20) return
    const full = !this.#child.stdin.write(this.#text)
    this.#text = ''
    if (full) await once(this.#child.stdin, 'drain')
  }

  async end() {
    this.#child.stdin.end(this.#text)
    const [status] = await once(this.#child, 'close')
    if (status !== 0) throw new Error(`git fast-import ended with ${status}`)
  }
}

/**
 * A repository of `commits` commits over `files` files; each commit changes one to four of them.
 * @returns the path of each file with its text at the commit `wanted`.
 */
export async function makeLongHistory(folder, { commits, files, wanted }) {
  const importer = new Importer(folder)
  const next = chance(7)
  const paths = Array.from(
    { length: files },
    (_, at) => `src/module-${at % 40}/part-${(at >> 3) % 20}/file-${at}.ts`,
  )
  const tree = new Map(paths.map((path) => [path, contentOf(path, 0)]))
  for (let commit = 0; commit < commits; commit += 1) {
    const text = `change ${commit}`
    const when = START + commit * 600
    await importer.write(`commit refs/heads/main\ncommitter A <a@b> ${when} +0000\n${data(text)}`)
    const changed =
      commit === 0
        ? paths
        : Array.from({ length: 1 + Math.floor(next() * 4) }, () => pick(paths, next() * next()))
    if (commit === 0) await importer.write(`M 100644 inline Dockerfile\n${data(DOCKERFILE)}`)
    for (const path of changed) {
      const content = contentOf(path, commit)
      if (commit <= wanted) tree.set(path, content)
      await importer.write(`M 100644 inline ${path}\n${data(content)}`)
    }
  }
  await importer.end()
  return tree
}

function pick(list, part) {
  return list[Math.floor(part * list.length)]
}

/** Many repositories of a few commits; each has files of its own and a licence that all have. */
export async function makeMany(folder, count) {
  for (let number = 0; number < count; number += 1) {
    const importer = new Importer(join(folder, `repository-${number}.git`))
    for (let commit = 0; commit < 20; commit += 1) await writeSmall(importer, number, commit)
    await importer.end()
  }
}

async function writeSmall(importer, number, commit) {
  const when = START + commit * 86_400
  const head = `commit refs/heads/main\ncommitter A <a@b> ${when} +0000\n${data('change')}`
  const files = commit === 0 ? Array.from({ length: 40 }, (_, at) => at) : [commit, commit + 15]
  const changes = files.map(
    (at) => `M 100644 inline src/f${at}\n${data(contentOf(`f${at}`, commit, ` of ${number}`))}`,
  )
  const first =
    `M 100644 inline Dockerfile\n${data(`${DOCKERFILE}LABEL number=${number}\n`)}` +
    `M 100644 inline LICENSE\n${data('the licence that all have')}`
  await importer.write(`${head}${commit === 0 ? first : ''}${changes.join('')}`)
}

/** Adds a commit to some of the repositories that `makeMany` made. */
export async function changeSome(folder, count) {
  for (let number = 0; number < count; number += 1) {
    const importer = new Importer(join(folder, `repository-${number * 7}.git`))
    const head = `commit refs/heads/main\ncommitter A <a@b> ${START + 1e7} +0000\n${data('more')}`
    const from = 'from refs/heads/main^0\n'
    await importer.write(`${head}${from}M 100644 inline new\n${data(`new in ${number}`)}`)
    await importer.end()
  }
}
