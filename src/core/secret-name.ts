// Names of variables that speak of a secret: their values are not shown, kept or looked into.

const WORDS = /pass|secret|token|credential|private|auth/i
/** `KEY` alone or behind what makes it one; `MONKEY` and `KEYBOARD` are none. */
const KEYS = /(?:^|_)key(?:_|$)|(?:api|access|private|signing)_?key/i

/** True for a name whose value may be a secret. */
export function isSecretName(name: string): boolean {
  return WORDS.test(name) || KEYS.test(name)
}
