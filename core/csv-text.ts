const BOM = '\uFEFF' // without it, Excel reads UTF-8 Chinese as something else
const RISKY = /^[=+\-@\t\r]/

/** One table as CSV for Excel: quoted where needed, and no cell that a spreadsheet would run as a formula. */
export function csvText(header: readonly string[], rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  return BOM + [header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = RISKY.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
