// Which variables a piece of a shell script sets, so that their earlier values are no longer believed.
import { forEachChild, type SyntaxNode } from 'unbash'

/** Names that anything in a tree assigns; null when it may be any. */
export function assignedNames(node: SyntaxNode): ReadonlySet<string> | null {
  const names = new Set<string>()
  let all = false
  const visit = (one: SyntaxNode): void => {
    if (one.type === 'Assignment') names.add(one.name)
    else if (one.type === 'For' || one.type === 'Select') names.add(one.name.value)
    else if (one.type === 'ParameterExpansion' && one.operation?.type === 'Default') {
      // `${x:=y}` assigns
      if (one.operation.operator.endsWith('=')) names.add(one.parameter)
    } else if (one.type === 'Command') {
      const words = [one.name, ...one.suffix].map((part) =>
        part?.type === 'Word' ? part.value : '',
      )
      const set = namesSetBy(words)
      if (set === null) all = true
      for (const name of set ?? []) names.add(name)
    } else if (one.type === 'ArithmeticCommand') {
      for (const name of one.body.match(/[A-Za-z_]\w*/g) ?? []) names.add(name)
    }
    forEachChild(one, visit)
  }
  visit(node)
  return all ? null : names
}

const SETTERS = new Set(['read', 'unset', 'getopts', 'mapfile', 'readarray', 'let'])

/** Names that a built-in command sets; null for one that may set any. */
export function namesSetBy(words: readonly string[]): readonly string[] | null {
  const [program = '', ...rest] = words
  if (['.', 'source', 'eval'].includes(program)) return null
  if (program === 'printf') return rest[0] === '-v' && rest[1] !== undefined ? [rest[1]] : []
  if (!SETTERS.has(program)) return []
  return rest.flatMap((word) => /^[A-Za-z_]\w*/.exec(word)?.[0] ?? [])
}
