// Rules: data in `rules/*.yaml`, run over the public views of the inventory.
export { describeRule, ruleTable } from './describe.ts'
export { BUILT_IN_RULES, type LoadedRules, loadFolder, loadRules } from './load.ts'
export type { Area, Parameter, Rule, RuleProblem } from './rule.ts'
export { type Query, type RuleRun, runRules } from './run.ts'
