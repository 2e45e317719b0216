// `node test/bench/layout.mjs [ENTRIES]`: the two layouts that were weighed for the entries of layers (docs/
// architecture.md), side by side in SQLite: a row an entry, paths as (folder, name); and one column block a layer.
// Needs dist. Prints a Markdown table.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { makeEntries } from './entries.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const dist = process.env.ASSAY_TEST_DIST ?? join(root, 'dist')
const load = (file) => import(pathToFileURL(join(dist, file)).href)
const { encodeEntries, LayerBlock } = await load('layer/index.js')
const { Overlay } = await load('inventory/index.js')
const { ENTRY_KINDS, nameOf, parentOf } = await load('core/index.js')

const ENTRIES = Number(process.argv[2] ?? 1_000_000)
const LAYERS = 10
const layers = Array.from({ length: LAYERS }, (_, layer) => ({ layer, count: ENTRIES / LAYERS }))
/** Made again for each use: a million entries as objects are half a gigabyte. */
const entriesOf = ({ layer, count }) => makeEntries(count, layer + 1)

const folder = mkdtempSync(join(tmpdir(), 'assay-layout-'))
const open = (name) => {
  const database = new Database(join(folder, name))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  return database
}

/** Processor seconds of this process: other work of the machine does not count. */
const clock = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Runs a step; seconds without the making of entries, which is no part of either layout. */
function timed(work) {
  let outside = 0
  const made = (layer) => {
    const start = clock()
    const entries = entriesOf(layer)
    outside += clock() - start
    return entries
  }
  const start = clock()
  const result = work(made)
  return { seconds: clock() - start - outside, result }
}

const bytesOf = (database, name) => {
  database.pragma('wal_checkpoint(TRUNCATE)')
  return statSync(join(folder, name)).size
}

/** A row an entry; a content once, whatever the layers. */
function writeRows(database, made) {
  database.exec(`
    CREATE TABLE folder (id INTEGER PRIMARY KEY, parent INTEGER, name TEXT NOT NULL, UNIQUE (parent, name));
    CREATE TABLE content (id INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE, size INTEGER, git BLOB, md5 BLOB);
    CREATE TABLE entry (
      layer INTEGER, position INTEGER, folder INTEGER, name TEXT, kind INTEGER, mode INTEGER, uid INTEGER,
      gid INTEGER, mtime INTEGER, target TEXT, content INTEGER, PRIMARY KEY (layer, position)) WITHOUT ROWID;
    CREATE INDEX entry_content ON entry (content) WHERE content IS NOT NULL;`)
  const addFolder = database
    .prepare('INSERT INTO folder (parent, name) VALUES (?, ?) RETURNING id')
    .pluck()
  const addContent = database
    .prepare(
      'INSERT INTO content (sha256, size, git, md5) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id',
    )
    .pluck()
  const findContent = database.prepare('SELECT id FROM content WHERE sha256 = ?').pluck()
  const addEntry = database.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const folders = new Map([['', 0]])
  const folderId = (path) => {
    const known = folders.get(path)
    if (known !== undefined) return known
    const id = addFolder.get(folderId(parentOf(path)), nameOf(path))
    folders.set(path, id)
    return id
  }
  const bytes = (hex) => (hex === '' ? null : Buffer.from(hex, 'hex'))
  for (const layer of layers) {
    const entries = made(layer)
    database.transaction(() => {
      for (const [position, entry] of entries.entries()) {
        const sha256 = bytes(entry.sha256)
        const content =
          sha256 === null
            ? null
            : (addContent.get(sha256, entry.size, bytes(entry.gitBlob), bytes(entry.md5)) ??
              findContent.get(sha256))
        const { path, kind, mode, uid, gid, mtime, target } = entry
        const code = ENTRY_KINDS.indexOf(kind)
        const place = [layer.layer, position, folderId(parentOf(path)), nameOf(path)]
        addEntry.run(...place, code, mode, uid, gid, mtime, target, content)
      }
    })()
  }
}

/** The columns of a layer, from its rows. */
function columnsFromRows(database, layer) {
  const names = []
  const rows = []
  const directories = []
  const indexes = new Map()
  const directoryOf = []
  const path = folderPaths(database)
  const select = database
    .prepare(
      `SELECT e.folder, e.name, e.kind, e.mode, e.uid, e.gid, e.mtime, e.target, c.size, hex(c.sha256) AS sha256,
       hex(c.git) AS git, hex(c.md5) AS md5 FROM entry e LEFT JOIN content c ON c.id = e.content
       WHERE e.layer = ? ORDER BY e.position`,
    )
    .raw()
  for (const row of select.iterate(layer)) {
    let index = indexes.get(row[0])
    if (index === undefined) {
      index = directories.length
      directories.push(path(row[0]))
      indexes.set(row[0], index)
    }
    directoryOf.push(index)
    names.push(row[1])
    rows.push(row)
  }
  return {
    count: rows.length,
    directories,
    directoryOf: Uint32Array.from(directoryOf),
    nameAt: (at) => names[at],
    kindAt: (at) => ENTRY_KINDS[rows[at][2]],
    modeAt: (at) => rows[at][3],
    uidAt: (at) => rows[at][4],
    gidAt: (at) => rows[at][5],
    sizeAt: (at) => rows[at][8] ?? 0,
    mtimeAt: (at) => rows[at][6],
    targetAt: (at) => rows[at][7],
    xattrsAt: () => NOTHING,
    flagsAt: () => NO_FLAGS,
    sha256At: (at) => rows[at][9].toLowerCase(),
    gitBlobAt: (at) => rows[at][10].toLowerCase(),
    md5At: (at) => rows[at][11].toLowerCase(),
    sha1At: () => '',
  }
}

const NOTHING = {}
const NO_FLAGS = []

function folderPaths(database) {
  const rows = new Map(
    database
      .prepare('SELECT id, parent, name FROM folder')
      .raw()
      .all()
      .map(([id, parent, name]) => [id, { parent, name }]),
  )
  const paths = new Map([[0, '']])
  return function path(id) {
    const known = paths.get(id)
    if (known !== undefined) return known
    const { parent, name } = rows.get(id)
    const above = path(parent)
    const whole = above === '' ? name : `${above}/${name}`
    paths.set(id, whole)
    return whole
  }
}

function writeBlocks(database, made) {
  database.exec('CREATE TABLE layer (layer INTEGER PRIMARY KEY, block BLOB NOT NULL)')
  const add = database.prepare('INSERT INTO layer VALUES (?, ?)')
  for (const layer of layers) {
    const block = encodeEntries(made(layer))
    database.transaction(() => add.run(layer.layer, block))()
  }
}

const columnsFromBlock = (database, layer) =>
  LayerBlock.decode(database.prepare('SELECT block FROM layer WHERE layer = ?').pluck().get(layer))

function list(columnsOf) {
  let bytes = 0
  for (const { layer } of layers) {
    const columns = columnsOf(layer)
    for (let at = 0; at < columns.count; at += 1)
      bytes +=
        columns.directories[columns.directoryOf[at]].length +
        columns.nameAt(at).length +
        columns.sha256At(at).length
  }
  return bytes
}

function merge(columnsOf) {
  const overlay = new Overlay()
  for (const { layer } of layers) overlay.apply(columnsOf(layer), layer)
  return overlay.count
}

function measure(title, name, write, columnsOf) {
  const database = open(name)
  const written = timed((made) => write(database, made))
  const size = bytesOf(database, name)
  const read = (layer) => columnsOf(database, layer)
  const listed = timed(() => list(read))
  const merged = timed(() => merge(read))
  database.close()
  return { title, size, written, listed, merged }
}

try {
  const found = [
    measure('rows: an entry a row, paths as (folder, name)', 'rows.db', writeRows, columnsFromRows),
    measure('blocks: one column block a layer', 'blocks.db', writeBlocks, columnsFromBlock),
  ]
  if (new Set(found.map(({ merged, listed }) => `${merged.result} ${listed.result}`)).size !== 1)
    throw new Error('the two layouts gave different trees')
  const [{ merged }] = found
  console.log(
    `${ENTRIES} entries in ${LAYERS} layers, ${merged.result} paths when merged; Node.js ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`,
  )
  console.log(
    '| layout | bytes an entry | write, CPU s | list all with sha256, CPU s | read and merge, CPU s |',
  )
  console.log('| --- | ---: | ---: | ---: | ---: |')
  for (const { title, size, written, listed, merged } of found)
    console.log(
      `| ${title} | ${(size / ENTRIES).toFixed(1)} | ${written.seconds.toFixed(2)} | ${listed.seconds.toFixed(2)} | ${merged.seconds.toFixed(2)} |`,
    )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
