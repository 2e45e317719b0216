// YAML readers recurse. A stack that ends inside of the JavaScript engine's own code ends the process, which
// nothing can catch: what is nested too deeply is told before it is read.

/** Brackets inside each other, and indicators behind each other, that are still read. */
const MAX_BRACKETS = 400
const MAX_INDICATORS = 100

/** True for a text that a YAML reader had better not be given: `[[[[…`, `- - - -…`. */
export function nestsTooDeeply(text: string): boolean {
  let brackets = 0
  let indicators = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '[' || character === '{') brackets += 1
    else if ((character === ']' || character === '}') && brackets > 0) brackets -= 1
    const next = text[at + 1]
    const isEnd = next === ' ' || next === '\t' || next === '\n' || next === undefined
    if ((character === '-' || character === '?' || character === ':') && isEnd) indicators += 1
    else if (character !== ' ' && character !== '\t') indicators = 0
    if (brackets > MAX_BRACKETS || indicators > MAX_INDICATORS) return true
  }
  return false
}
