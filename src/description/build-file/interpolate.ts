// `${VAR}`, `${VAR:-default}` and their kin in Compose and bake files (compose-spec, 12-interpolation.md).
import { fill, plain, type Value } from './value.ts'

const EXPANSION = /\$(\$|[A-Za-z_]\w*|\{[^{}]*\})/g

/** Values of variables that the file itself sets. */
export type Variables = ReadonlyMap<string, Value>

export const NO_VARIABLES: Variables = new Map()

/** Puts in defaults and known variables. */
export function interpolate(text: string, variables: Variables): Value {
  return fill(text, EXPANSION, (expression) => {
    if (expression === '$') return plain('$')
    const body = expression.startsWith('{') ? expression.slice(1, -1) : expression
    const [, name = '', operator = '', rest = ''] =
      /^\s*([A-Za-z_]\w*)\s*(?:(:?[-?+])(.*))?$/s.exec(body) ?? []
    if (name === '') return null
    const known = variables.get(name)
    if (known !== undefined) return known
    if (operator !== ':-' && operator !== '-') return null
    // A default is what is used when nobody sets the variable.
    return { ...fill(rest, EXPANSION, () => null), open: true }
  })
}
