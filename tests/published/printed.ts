import { appendFileSync } from 'node:fs'
import { expect } from 'vitest'

/** Relative error that is left where more digits are printed than a double keeps through a sum in another order. */
const DOUBLE_PRECISION = 1e-12

/** Whether a value is the printed one: to its last digit, and to 1e-12 where as many or more digits are printed. */
export function expectPrinted(value: number, printed: string): void {
  const wanted = Number(printed)
  tell(printed, wanted === 0 ? Math.abs(value) : Math.abs(value - wanted) / Math.abs(wanted))
  const digits = printed.replace(/^-?0*\.?0*/, '').replace('.', '').replace(/E.*$/i, '').length
  if (digits > -Math.log10(DOUBLE_PRECISION)) {
    expect(Math.abs(value - wanted), `${value} is not ${printed}`).toBeLessThanOrEqual(Math.abs(wanted) * DOUBLE_PRECISION)
    return
  }
  const decimals = /\.(\d+)$/.exec(printed)?.[1]?.length ?? 0
  expect(value.toFixed(decimals)).toBe(wanted.toFixed(decimals))
}

/** For `npm run published`, which counts the values by their source. */
function tell(printed: string, error: number): void {
  const path = process.env['GONGSHU_PUBLISHED']
  if (path === undefined) return
  const file = (expect.getState().testPath ?? '').split('/').at(-1) ?? ''
  appendFileSync(path, `${JSON.stringify({ test: `${file} > ${expect.getState().currentTestName ?? ''}`, printed, error })}\n`)
}
