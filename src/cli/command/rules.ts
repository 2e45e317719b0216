// assay rules: which rules there are, and what one of them says.
import { Command } from 'commander'
import { usageError } from '../../core/index.ts'
import { BUILT_IN_RULES, describeRule, loadRules, type Rule, ruleTable } from '../../rule/index.ts'
import { writeOut } from '../terminal.ts'

interface RulesOptions {
  readonly json?: boolean
}

/** The command. */
export function rulesCommand(): Command {
  const command = new Command('rules').description(
    'the rules that images and Dockerfiles are held against',
  )
  command
    .command('list')
    .description('every rule with its severity')
    .option('--json', 'print JSON instead of text')
    .addHelpText('after', '\nExamples:\n  assay rules list\n  assay rules list --json')
    .action(({ json }: RulesOptions) => {
      const { rules } = loadRules([BUILT_IN_RULES])
      return writeOut(json === true ? asJson(rules.map(published)) : ruleTable(rules))
    })
  command
    .command('show')
    .description('what a rule looks for, why, and what to do')
    .argument('<id>', 'id of a rule, like T14')
    .option('--json', 'print JSON instead of text')
    .addHelpText('after', '\nExamples:\n  assay rules show T14\n  assay rules show I06 --json')
    .action((id: string, { json }: RulesOptions) => {
      const rule = loadRules([BUILT_IN_RULES]).rules.find((each) => each.id === id)
      if (rule === undefined)
        throw usageError(`there is no rule ${id}`, { hint: 'assay rules list names all' })
      return writeOut(json === true ? asJson(published(rule)) : describeRule(rule))
    })
  return command.addHelpText('after', '\nExamples:\n  assay rules list\n  assay rules show T14')
}

/** A rule without the place of its file, which is another on every machine. */
function published({ file: _, ...rule }: Rule): Omit<Rule, 'file'> {
  return rule
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
