// The form of a public view: its SQL, and a sentence for itself and for each column.

/** A public view. Rules and `assay query` use nothing else; docs/schema.md is made from it. */
export interface ViewDefinition {
  readonly name: string
  readonly describes: string
  /** Columns in order, with one sentence each. */
  readonly columns: Readonly<Record<string, string>>
  /** The SELECT that gives exactly these columns in this order. */
  readonly sql: string
}

/** The column that every view begins with. */
export const IMAGE = { image: 'Config digest of the image.' } as const

/** A view that shows a table of a judgement as it is: same columns, image instead of image_id. */
export function judgementView(
  name: string,
  table: string,
  describes: string,
  columns: Readonly<Record<string, string>>,
): ViewDefinition {
  const list = Object.keys(columns).map((column) => `t.${column}`)
  return {
    name,
    describes,
    columns: { ...IMAGE, ...columns },
    sql: `SELECT i.config AS image, ${list.join(', ')}
FROM ${table} t JOIN stored_image i ON i.id = t.image_id`,
  }
}

/**
 * A view over a virtual table that has one row set an image (virtual.ts). The empty second half
 * keeps SQLite from merging the view into the query around it: it then reads the rows once and
 * makes an index for a join by path, where it would otherwise read them again for each row.
 */
export function virtualView(
  name: string,
  table: string,
  describes: string,
  columns: Readonly<Record<string, string>>,
): ViewDefinition {
  const names = Object.keys(columns)
  return {
    name,
    describes,
    columns: { ...IMAGE, ...columns },
    sql: `SELECT i.config AS image, ${names.map((column) => `v.${column}`).join(', ')}
FROM stored_image i, ${table} v WHERE v.of_image = i.config
UNION ALL SELECT NULL, ${names.map(() => 'NULL').join(', ')} WHERE 0`,
  }
}
