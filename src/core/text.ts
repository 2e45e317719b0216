// Text from strangers, made safe to show: no terminal control, no invisible reordering, no raw bytes.

const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/gu

/** The text with control, invisible and bidirectional characters shown as escapes, on one line. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeCharacter)
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  if (character === '\r') return '\\r'
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

/** `printable`, cut to a number of characters with an ellipsis. */
export function excerpt(text: string, length: number): string {
  const shown = printable(text.length > length * 4 ? text.slice(0, length * 4) : text)
  if (shown.length <= length) return shown
  // Not half of a character that takes two units.
  return `${shown.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Order by UTF-16 code unit: the same on every machine and in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
