import type { PortableType } from '#core/engine/portable-type.ts'
import type { Cell, CellKind, ResultColumn, TypedResult } from '#core/disclosure-control/typed-result.ts'
import type { PortableStatement } from '#core/engine/translate-statement.ts'

const KINDS: Readonly<Record<PortableType['kind'], CellKind>> = { text: 'text', boolean: 'boolean', date: 'date', timestamp: 'timestamp', double: 'double', integer: 'long', decimal: 'decimal', null: 'text' }
const NOT_NUMBERS: Readonly<Record<string, string>> = { nan: 'NaN', '-nan': 'NaN', inf: 'Infinity', '-inf': '-Infinity', NaN: 'NaN', Infinity: 'Infinity', '-Infinity': '-Infinity' }
const WHOLE = /^-?\d+$/
const POINTED = /^(-?)(\d+)(?:\.(\d+))?$/

/** The columns of a portable statement's result: the same kinds, whichever engine answered. */
export function canonicalColumns(statement: PortableStatement): readonly ResultColumn[] {
  return statement.columns.map(({ name, type }) => ({ name, kind: KINDS[type.kind], type: type.kind === 'decimal' ? `decimal(${type.scale})` : type.kind }))
}

/**
 * A result with every value in the one form that its portable type has: whole numbers as text, decimals with their digits
 * after the point, times without empty fractions.
 * @returns null where a value is none of its column's type: then the engine did not answer what was asked
 */
export function canonicalResult(statement: PortableStatement, rows: readonly (readonly unknown[])[]): TypedResult | null {
  const canonical: Cell[][] = []
  for (const row of rows) {
    if (row.length !== statement.columns.length) return null
    const cells: Cell[] = []
    for (const [position, { type }] of statement.columns.entries()) {
      const cell = canonicalCell(type, row[position])
      if (cell === undefined) return null
      cells.push(cell)
    }
    canonical.push(cells)
  }
  return { columns: canonicalColumns(statement), rows: canonical }
}

function canonicalCell(type: PortableType, value: unknown): Cell | undefined {
  if (value === null) return null
  const text = typeof value === 'bigint' || typeof value === 'number' ? String(value) : value
  switch (type.kind) {
    case 'boolean': return typeof value === 'boolean' ? value : undefined
    case 'integer': return typeof text === 'string' && WHOLE.test(text) ? String(BigInt(text)) : undefined
    case 'decimal': return typeof text === 'string' ? canonicalDecimal(text, type.scale) : undefined
    case 'double': return canonicalDouble(value)
    case 'timestamp': return typeof value === 'string' ? value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : undefined
    default: return typeof value === 'string' ? value : undefined
  }
}

/** Digits beyond the scale must be zeros. */
function canonicalDecimal(text: string, scale: number): string | undefined {
  const [, sign = '', whole = '', fraction = ''] = POINTED.exec(text) ?? []
  if (whole === '' || /[1-9]/.test(fraction.slice(scale))) return undefined
  const digits = `${BigInt(whole)}${scale === 0 ? '' : `.${fraction.slice(0, scale).padEnd(scale, '0')}`}`
  return /[1-9]/.test(digits) ? `${sign}${digits}` : digits
}

function canonicalDouble(value: unknown): Cell | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value)
  if (typeof value !== 'string') return undefined
  return NOT_NUMBERS[value] ?? (value !== '' && Number.isFinite(Number(value)) ? Number(value) + 0 : undefined)
}
