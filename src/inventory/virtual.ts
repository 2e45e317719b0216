// The per-file relations as virtual tables: the merged tree from the layers' blocks, origins and
// owned files from packed columns. Rows are made when asked for; a row in a table would cost 180 bytes.

import { LayerBlock } from '../layer/index.ts'
import { ORIGIN_WIDTH, OWNED_WIDTH } from './audits.ts'
import { type Columns, rowsOf, unpackColumns } from './columns.ts'
import { type Handle, openForReading } from './open.ts'
import { damaged } from './pack.ts'
import { blobAt, sqlText, textAt } from './row.ts'
import { FILE_COLUMNS, ORIGIN_COLUMNS, OWNED_FILE_COLUMNS } from './sql-views-image.ts'
import { Store } from './store.ts'
import { Overlay, type ViewFile } from './view.ts'

/** Makes the rows of the virtual tables. Has its own handle: SQLite's is busy while it asks for rows. */
export class RowSource {
  readonly #file: string
  #store: Store | undefined
  /** Unpacked columns of the image last asked for: several rules ask for the same. */
  readonly #columns = new Map<string, { readonly key: string; readonly columns: Columns }>()
  #tree: { readonly image: string; readonly overlay: Overlay } | undefined

  constructor(file: string) {
    this.#file = file
  }

  /** Registers the virtual tables on a handle of the same file. */
  register(handle: Handle): void {
    const trees = this.#trees.bind(this)
    const packed = this.#packed.bind(this)
    handle.table('image_tree', {
      columns: Object.keys(FILE_COLUMNS),
      parameters: ['of_image'],
      rows: function* (image: unknown) {
        yield* trees(image)
      },
    })
    handle.table('image_origin', {
      columns: Object.keys(ORIGIN_COLUMNS),
      parameters: ['of_image'],
      rows: function* (image: unknown) {
        yield* packed(image, 'origins', ORIGIN_WIDTH)
      },
    })
    handle.table('image_owned_file', {
      columns: Object.keys(OWNED_FILE_COLUMNS),
      parameters: ['of_image'],
      rows: function* (image: unknown) {
        yield* packed(image, 'owned_files', OWNED_WIDTH)
      },
    })
  }

  /** The merged tree of an image; layers that were never read are left out. */
  overlay(image: string): Overlay {
    if (this.#tree?.image === image) return this.#tree.overlay
    const layers = this.#reader().rows(
      `SELECT l.diff_id, s.block FROM image_layer l JOIN stored_image i ON i.id = l.image_id
       LEFT JOIN stored_layer s ON s.diff_id = l.diff_id WHERE i.config = ? ORDER BY l.position`,
      image,
    )
    const overlay = new Overlay(layers.map((row) => textAt(row, 'diff_id')))
    for (const [position, row] of layers.entries()) {
      if (row['block'] !== null) overlay.apply(LayerBlock.decode(blobAt(row, 'block')), position)
    }
    this.#tree = { image, overlay }
    return overlay
  }

  /** Gives the tree of an image that the caller has merged already. */
  remember(image: string, overlay: Overlay): void {
    this.#tree = { image, overlay }
  }

  /** Forgets what may have changed. */
  forget(): void {
    this.#tree = undefined
  }

  /** Closes its own handle. */
  close(): void {
    this.#tree = undefined
    this.#columns.clear()
    this.#store?.handle.close()
    this.#store = undefined
  }

  #reader(): Store {
    this.#store ??= new Store(this.#file, openForReading(this.#file))
    return this.#store
  }

  *#trees(image: unknown): Generator<(string | number)[]> {
    if (typeof image !== 'string') return
    for (const file of this.overlay(image).files()) yield cellsOf(file)
  }

  *#packed(image: unknown, column: 'origins' | 'owned_files', width: number) {
    if (typeof image !== 'string') return
    const row = this.#reader().row(
      `SELECT j.at, j.input_digest, length(j.${column}) AS length FROM judgement j
       JOIN stored_image i ON i.id = j.image_id WHERE i.config = ?`,
      image,
    )
    if (row === undefined) return
    const known = this.#columns.get(column)
    const key = `${image} ${Object.values(row).join(' ')}`
    const columns = known?.key === key ? known.columns : this.#unpacked(image, column, width)
    this.#columns.set(column, { key, columns })
    yield* rowsOf(columns)
  }

  #unpacked(image: string, column: 'origins' | 'owned_files', width: number): Columns {
    const row = this.#reader().row(
      `SELECT j.${column} FROM judgement j JOIN stored_image i ON i.id = j.image_id
       WHERE i.config = ?`,
      image,
    )
    const where = `${column} of ${image}`
    if (row === undefined) throw damaged(where)
    return unpackColumns(blobAt(row, column), width, where)
  }
}

function cellsOf(file: ViewFile): (string | number)[] {
  return [
    sqlText(file.path),
    file.kind,
    file.mode,
    file.uid,
    file.gid,
    file.size,
    file.mtime,
    sqlText(file.target),
    file.sha256,
    file.gitBlob,
    file.contentLayer,
    file.flags.length === 0 ? '[]' : JSON.stringify(file.flags),
  ]
}
