#!/usr/bin/env node
// The command line. Each command is one file in command/; this one only names them.
import { Command } from 'commander'
import { queryCommand } from './command/query.ts'
import { rulesCommand } from './command/rules.ts'
import { reportError } from './terminal.ts'

const program = new Command('assay')
  .description(
    'Compares container images with their tracked description, and inventories what they carry',
  )
  .addCommand(queryCommand())
  .addCommand(rulesCommand())
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

try {
  await program.parseAsync()
} catch (thrown) {
  process.exitCode = reportError(thrown, { debug: process.argv.includes('--debug') })
}
