import { expect } from 'vitest'

/** Relative error that is left where more digits are printed than a double keeps through a sum in another order. */
const DOUBLE_PRECISION = 1e-12

/** Whether a value is the printed one: to its last digit, and to 1e-12 where as many or more digits are printed. */
export function expectPrinted(value: number, printed: string): void {
  const wanted = Number(printed)
  const digits = printed.replace(/^-?0*\.?0*/, '').replace('.', '').replace(/E.*$/i, '').length
  if (digits > -Math.log10(DOUBLE_PRECISION)) {
    expect(Math.abs(value - wanted), `${value} is not ${printed}`).toBeLessThanOrEqual(Math.abs(wanted) * DOUBLE_PRECISION)
    return
  }
  const decimals = /\.(\d+)$/.exec(printed)?.[1]?.length ?? 0
  expect(value.toFixed(decimals)).toBe(wanted.toFixed(decimals))
}
