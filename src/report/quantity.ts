// Numbers as people read them: grouped counts, binary byte sizes, honest percentages.

const GROUP = '\u202f'
const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const

/** A count with a narrow space between thousands: `12 345`. */
export function showCount(count: number): string {
  const digits = String(Math.trunc(count))
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, GROUP)
}

/** Bytes in binary units with one decimal: `512 B`, `1.5 KiB`, `2.0 GiB`. */
export function showBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.trunc(bytes)} B`
  let value = bytes
  let unit = -1
  // 1023.95 would be printed as 1024.0: it belongs to the next unit.
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value.toFixed(1)} ${UNITS[Math.max(unit, 0)]}`
}

/** A share in percent, rounded so that 0 % and 100 % are said only when they are true. */
export function showShare(part: number, whole: number): string {
  if (whole <= 0) return ''
  if (part <= 0) return '0 %'
  if (part >= whole) return '100 %'
  const tenths = Math.round((part / whole) * 1000)
  if (tenths < 1) return '<0.1 %'
  return `${(Math.min(tenths, 999) / 10).toFixed(1)} %`
}

/** `1 file`, `2 files`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${showCount(count)} ${count === 1 ? one : many}`
}
