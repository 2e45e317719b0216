// JSON of strangers, asked field by field: a field of another type, or one that an object has from its prototype,
// is as good as absent. Texts and lists are cut at sizes that no real document reaches.

/** Characters of a text that is taken; a longer one is absent: cut, it would say something else. */
const MAX_TEXT = 8192
const MAX_ITEMS = 1000

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/** What lies at this path of names; undefined when something on the way is no object. */
export function fieldAt(value: unknown, ...names: readonly string[]): unknown {
  let at = value
  for (const name of names) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = new Map(Object.entries(at)).get(name)
  }
  return at
}

/** The text at this path; '' for anything else. */
export function textAt(value: unknown, ...names: readonly string[]): string {
  const found = fieldAt(value, ...names)
  return typeof found === 'string' && found.length <= MAX_TEXT ? found : ''
}

/** The elements of the list at this path; empty for anything else. */
export function listAt(value: unknown, ...names: readonly string[]): readonly unknown[] {
  const found = fieldAt(value, ...names)
  return Array.isArray(found) ? found.slice(0, MAX_ITEMS) : []
}

/** The texts of the object at this path, by name; other values are left out. */
export function textsAt(value: unknown, ...names: readonly string[]): Map<string, string> {
  const found = fieldAt(value, ...names)
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return new Map()
  const texts = new Map<string, string>()
  for (const [name, text] of Object.entries(found)) {
    if (texts.size >= MAX_ITEMS) break
    if (typeof text === 'string' && text.length <= MAX_TEXT) texts.set(name, text)
  }
  return texts
}

/** The bytes of base64; null when it is none, or more than `maxBytes`. */
export function bytesOf(base64: unknown, maxBytes: number): Buffer | null {
  if (typeof base64 !== 'string' || base64.length > Math.ceil(maxBytes / 3) * 4 + 4) return null
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(base64)) return null
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length > maxBytes ? null : bytes
}
