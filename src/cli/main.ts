#!/usr/bin/env node
// The command line. Each command is one file in command/; this one only names them.
import { Command } from 'commander'
import { reportError, reportWrongUse, watchProcess } from './terminal.ts'

/** The one list of commands. Only the one that is called is loaded: loading all takes longer than a small audit. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  audit: async () => (await import('./command/audit.ts')).auditCommand(),
  explain: async () => (await import('./command/explain.ts')).explainCommand(),
  lock: async () => (await import('./command/lock.ts')).lockCommand(),
  diff: async () => (await import('./command/diff.ts')).diffCommand(),
  sbom: async () => (await import('./command/sbom.ts')).sbomCommand(),
  query: async () => (await import('./command/query.ts')).queryCommand(),
  rules: async () => (await import('./command/rules.ts')).rulesCommand(),
}

const EXAMPLES = `
Examples:
  assay audit app.tar --source ../app
  docker save app:1.2 | assay audit - --repositories ~/git
  assay audit --help

Nothing of an image is run, and nothing is contacted but a registry behind --verify-packages.`

async function main(words: readonly string[]): Promise<void> {
  const program = new Command('assay')
    .description(
      'Compares container images with their tracked description, and inventories what they carry',
    )
    .enablePositionalOptions()
    .configureOutput({ outputError: (text) => reportWrongUse(text) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  program.addHelpText('after', EXAMPLES)
  const { VERSION } = await import('../audit/version.ts')
  program.version(VERSION, '-V, --version', 'print the version of Assay')
  const called = Object.hasOwn(COMMANDS, words[0] ?? '') ? [words[0] ?? ''] : Object.keys(COMMANDS)
  for (const name of called) {
    const load = COMMANDS[name]
    if (load !== undefined) program.addCommand(inherit(await load(), program))
  }
  await program.parseAsync(words, { from: 'user' })
}

/** Commands end the process as the program does: 2 for wrong use. */
function inherit(command: Command, program: Command): Command {
  command.copyInheritedSettings(program)
  for (const child of command.commands) inherit(child, command)
  return command
}

const style = { debug: process.argv.includes('--debug') }
watchProcess(style)
try {
  await main(process.argv.slice(2))
} catch (thrown) {
  process.exitCode = reportError(thrown, style)
}
