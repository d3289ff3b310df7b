/** What a bench prints with. */
export type Print = (line: string) => void

/** What a bench was asked for. */
export type BenchOptions = { full: boolean; /** Bytes of a file to upload, for the bench that does. */ upload?: number; /** Bytes of bad files to upload, and their kinds; all where none is named. */ bad?: number; kinds: readonly string[] }

/** One measured figure beside a reference of the same run, so that a slow or busy machine slows both. */
export type Figure = {
  name: string
  value: number
  unit: 'ms' | 's' | '/s' | 'MB'
  /** What it is compared with. */
  reference: { what: string; value: number }
  /** The bound of the design, where it has one; `at-least` for rates. */
  budget?: { bound: number; is: 'at-most' | 'at-least' }
}

/** The figure as one line; a budget that is missed says so in capitals. It is printed, never a test: machines differ. */
export function figureLine({ name, value, unit, reference, budget }: Figure): string {
  const ratio = reference.value === 0 ? '—' : (value / reference.value).toFixed(2)
  const beside = `${name}: ${shown(value)} ${unit} = ${ratio} × ${reference.what} (${shown(reference.value)} ${unit})`
  if (budget === undefined) return beside
  const within = budget.is === 'at-most' ? value <= budget.bound : value >= budget.bound
  return `${beside}; budget ${budget.is === 'at-most' ? '≤' : '≥'} ${shown(budget.bound)} ${unit}: ${within ? 'within' : 'MISSED'}`
}

function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** The value below which a share of the values lies. @throws RangeError without values. */
export function percentile(values: readonly number[], share: number): number {
  const found = values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]
  if (found === undefined) throw new RangeError('no values were measured')
  return found
}

/** How long something took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now()
  await work()
  return performance.now() - since
}
