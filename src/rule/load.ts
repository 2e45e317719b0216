// Finds rule files in folders. A broken file is a problem that names line and column; the others still load.
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { byCodeUnit, messageOf } from '../core/index.ts'
import { isRule, MAX_RULE_BYTES, parseRule } from './parse.ts'
import type { Rule, RuleProblem } from './rule.ts'

/** Rules that can run, by id, and what is wrong with the files that cannot. */
export interface LoadedRules {
  readonly rules: readonly Rule[]
  readonly problems: readonly RuleProblem[]
}

// dist/rule/ and src/rule/ lie at the same depth, so this holds in the checkout and in the package.
const packageRoot = fileURLToPath(new URL('../../', import.meta.url))
const compiledFile = fileURLToPath(new URL('../rules.json', import.meta.url))

/** The folder of the rules that come with Assay. */
export const BUILT_IN_RULES: string = join(packageRoot, 'rules')

/** Loads `*.yaml` of each folder; a rule of a later folder replaces the one with its id of an earlier. */
export function loadRules(folders: readonly string[]): LoadedRules {
  const rules = new Map<string, Rule>()
  const problems: RuleProblem[] = []
  for (const folder of folders) {
    const loaded = compiledRules(folder) ?? loadFolder(folder)
    for (const rule of loaded.rules) rules.set(rule.id, rule)
    problems.push(...loaded.problems)
  }
  return { rules: [...rules.values()].sort((a, b) => byCodeUnit(a.id, b.id)), problems }
}

/** Loads one folder from its YAML files, whatever the build compiled. */
export function loadFolder(folder: string): LoadedRules {
  const rules = new Map<string, Rule>()
  const problems: RuleProblem[] = []
  for (const name of ruleFiles(folder, problems)) {
    const file = join(folder, name)
    const parsed = readRule(file)
    if (!isRule(parsed)) problems.push(parsed)
    else if (!name.startsWith(`${parsed.id}-`)) {
      problems.push(whole(file, `the name of the file must begin with its id, ${parsed.id}-`))
    } else {
      const other = rules.get(parsed.id)
      if (other === undefined) rules.set(parsed.id, parsed)
      else problems.push(whole(file, `the id ${parsed.id} is taken by ${other.file}`))
    }
  }
  return { rules: [...rules.values()], problems }
}

function ruleFiles(folder: string, problems: RuleProblem[]): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort(byCodeUnit)
  } catch (thrown) {
    problems.push(whole(folder, `the folder cannot be read: ${messageOf(thrown)}`))
    return []
  }
}

function readRule(file: string): Rule | RuleProblem {
  try {
    const text = readBounded(file)
    return text === null
      ? whole(file, `larger than ${MAX_RULE_BYTES} bytes, or no plain file`)
      : parseRule(file, text)
  } catch (thrown) {
    return whole(file, `cannot be read: ${messageOf(thrown)}`)
  }
}

function readBounded(file: string): string | null {
  const handle = openSync(file, 'r')
  try {
    const state = fstatSync(handle)
    if (!state.isFile() || state.size > MAX_RULE_BYTES) return null
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(handle))
  } finally {
    closeSync(handle)
  }
}

function whole(file: string, reason: string): RuleProblem {
  return { file, line: 0, column: 0, reason }
}

// Reading 25 YAML files takes longer than auditing a small image, so the build compiles the
// package's own rules. The file is ours, written by scripts/compile-rules.mjs from checked rules.
function compiledRules(folder: string): LoadedRules | null {
  if (resolve(folder) !== resolve(BUILT_IN_RULES) || !existsSync(compiledFile)) return null
  const held: { rules: Rule[] } = JSON.parse(readFileSync(compiledFile, 'utf8'))
  return { rules: held.rules, problems: [] }
}
