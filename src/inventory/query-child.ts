// The child process of query.ts: one message in, one query, messages with rows out, exit.
import { AssayError, messageOf } from '../core/index.ts'
import { openForReading } from './open.ts'
import type { QueryRequest } from './query.ts'
import { prepareSelection, sqlError, type Value } from './select.ts'
import { createViews } from './sql-views.ts'
import { inventoryError } from './sqlite-error.ts'
import { RowSource } from './virtual.ts'

/** Rows in one message. */
const BATCH = 500

process.once('message', (message) => {
  // the parent is this program: its message has this form
  answer(message as QueryRequest).then(
    () => process.disconnect(),
    () => process.exit(1),
  )
})

async function answer(request: QueryRequest): Promise<void> {
  try {
    await run(request)
  } catch (thrown) {
    const error = sqlError(inventoryError(thrown, request.file))
    if (error instanceof AssayError) {
      const { code, message, hint, where } = error
      await send({ code, message, hint, where })
    } else {
      await send({ code: 'internal', message: messageOf(error) })
    }
  }
}

async function run({ file, sql, parameters, rows }: QueryRequest): Promise<void> {
  const handle = openForReading(file)
  const source = new RowSource(file)
  source.register(handle)
  createViews(handle)
  handle.pragma('query_only = ON')
  const selection = prepareSelection(handle, sql)
  await send({ columns: selection.columns })
  let batch: Value[][] = []
  let count = 0
  let cut = false
  for (const row of selection.rows(parameters)) {
    if (count === rows) {
      cut = true
      break
    }
    count += 1
    batch.push(row)
    if (batch.length === BATCH) {
      await send({ rows: batch })
      batch = []
    }
  }
  if (batch.length > 0) await send({ rows: batch })
  await send({ cut })
}

/** Waits until the parent has taken the message, so that rows do not pile up here. */
function send(message: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, {}, (error) => (error ? reject(error) : resolve()))
  })
}
