// assay query: asks the inventory anything, in SQL over the public views.
import { Command } from 'commander'
import { QUERY_LIMITS, runQuery } from '../../inventory/index.ts'
import { renderRows } from '../../report/index.ts'
import { defaultDatabase, writeError, writeOut } from '../terminal.ts'

/** The command. */
export function queryCommand(): Command {
  return new Command('query')
    .description('run one SELECT over the public views of the inventory (docs/schema.md)')
    .argument('<sql>', 'a reading statement')
    .option('--db <file>', 'inventory database (default: $ASSAY_DB, else the XDG data folder)')
    .option('--json', 'print the rows as JSON')
    .option('--debug', 'stack traces on standard error')
    .addHelpText('after', '\nExample:\n  assay query "SELECT name, version FROM installed_package"')
    .action(async (sql: string, options: { readonly db?: string; readonly json?: boolean }) => {
      const result = await runQuery(options.db ?? defaultDatabase(), sql, QUERY_LIMITS)
      await writeOut(
        renderRows(result.columns, result.rows, options.json === true ? 'json' : 'table'),
      )
      if (result.cut) writeError('assay: more rows than the limit; the rest is left out')
    })
}
