// assay rules: which rules there are, and what one of them says.
import { Command } from 'commander'
import { usageError } from '../../core/index.ts'
import { BUILT_IN_RULES, describeRule, loadRules, ruleTable } from '../../rule/index.ts'
import { writeOut } from '../terminal.ts'

/** The command. */
export function rulesCommand(): Command {
  const command = new Command('rules').description(
    'the rules that images and Dockerfiles are held against',
  )
  command
    .command('list')
    .description('every rule with its severity')
    .action(() => writeOut(`${ruleTable(loadRules([BUILT_IN_RULES]).rules)}\n`))
  command
    .command('show')
    .description('what a rule looks for, why, and what to do')
    .argument('<id>', 'id of a rule, like T14')
    .action((id: string) => {
      const rule = loadRules([BUILT_IN_RULES]).rules.find((each) => each.id === id)
      if (rule === undefined)
        throw usageError(`there is no rule ${id}`, { hint: 'assay rules list names all' })
      return writeOut(`${describeRule(rule)}\n`)
    })
  return command
}
