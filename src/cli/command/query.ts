// assay query: asks the inventory anything, in SQL over the public views.
import { Command } from 'commander'
import { QUERY_LIMITS, runQuery } from '../../inventory/index.ts'
import { renderRows } from '../../report/index.ts'
import { addSharedOptions, type RawOptions, sharedOptions } from '../options.ts'
import { writeError, writeOut } from '../terminal.ts'

const EXAMPLES = `
Examples:
  assay query "SELECT name, version FROM installed_package"
  assay query "SELECT reference, verdict FROM image ORDER BY reference" --json
  assay query "SELECT path, mode FROM file WHERE image = 'sha256:…' AND mode & 2048" --db ci.db`

/** The command. */
export function queryCommand(): Command {
  const command = new Command('query')
    .description('run one SELECT over the public views of the inventory (docs/schema.md)')
    .argument('<sql>', 'a reading statement')
  return addSharedOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (sql: string, raw: RawOptions) => {
      const { db, json } = sharedOptions(raw)
      const result = await runQuery(db, sql, QUERY_LIMITS)
      await writeOut(await renderRows(result.columns, result.rows, json ? 'json' : 'table'))
      // Said with --quiet as well: without it, a part would pass for the whole.
      if (result.cut) writeError('assay: more rows than the limit; the rest is left out')
    })
}
