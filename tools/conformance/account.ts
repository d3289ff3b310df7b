import { z } from 'zod'
import { PLATFORM_VALUES, needsScenario } from './registers.ts'
import type { Register } from './registers.ts'
import type { Scenario } from './run-scenarios.ts'

export const STATUSES = ['covered', 'failing', 'missing', 'excepted', 'not-needed'] as const
export type Status = (typeof STATUSES)[number]

const accountSchema = z.strictObject({
  status: z.enum(STATUSES),
  capability: z.string(),
  platform: z.enum(PLATFORM_VALUES),
  tests: z.array(z.strictObject({ file: z.string(), title: z.string(), how: z.enum(['application', 'application-facts-given', 'engine', 'real-parts']) })),
})

/** What there is to show for one obligation. */
export type Account = z.infer<typeof accountSchema>

/** Regulation → obligation → its account: `docs/conformance/scenarios.json`, in the order of the registers. */
export const accountsSchema = z.record(z.string(), z.record(z.string(), accountSchema))
export type Accounts = z.infer<typeof accountsSchema>

/** Sets the scenarios of a run against a register. */
export function accountOf(register: Register, scenarios: readonly Scenario[]): Record<string, Account> {
  return Object.fromEntries(register.obligations.map((obligation) => {
    const own = scenarios.filter((one) => one.ids.includes(obligation.id)).toSorted((a, b) => (`${a.file}\n${a.title}` < `${b.file}\n${b.title}` ? -1 : 1))
    const tests = own.map(({ file, title, how }) => ({ file, title, how }))
    return [obligation.id, { status: statusOf(own), capability: obligation.capability, platform: obligation.platform, tests }]

    function statusOf(found: readonly Scenario[]): Status {
      if (found.some((one) => !one.passed)) return 'failing'
      if (!needsScenario(obligation)) return 'not-needed'
      if (found.length > 0) return 'covered'
      return register.exceptions.has(obligation.id) ? 'excepted' : 'missing'
    }
  }))
}

/** Of all obligations, how many may be excepted with a reason. unit: share; source: the acceptance of the scenarios */
const EXCEPTED_AT_MOST = 0.1

/** Everything for which a run fails, besides what failed in the tests themselves; one sentence each. `registers` are all there are, `accounts` those that were run. */
export function faultsOf(registers: readonly Register[], accounts: Accounts, scenarios: readonly Scenario[]): string[] {
  const known = new Set(registers.flatMap((one) => one.obligations.map(({ id }) => id)))
  const faults = scenarios.flatMap(({ file, title, ids }) => ids.filter((id) => !known.has(id)).map((id) => `${file}: “${title}” names ${id}, which no register has`))
  for (const register of registers) {
    const own = accounts[register.regulation]
    if (own === undefined) continue
    const stray = (name: string, ids: Iterable<string>) => [...ids].filter((id) => own[id] === undefined).map((id) => `packs/${register.regulation}/${name} names ${id}, which its register does not have`)
    faults.push(...stray('readings.yaml', register.readings.keys()), ...stray('not-covered.yaml', register.exceptions.keys()))
    for (const id of register.exceptions.keys()) {
      if (own[id] !== undefined && own[id].status !== 'excepted') faults.push(`packs/${register.regulation}/not-covered.yaml excepts ${id}, which is ${own[id].status}`)
    }
  }
  const all = Object.values(accounts).flatMap((own) => Object.values(own))
  const excepted = all.filter((one) => one.status === 'excepted').length
  if (excepted > all.length * EXCEPTED_AT_MOST) faults.push(`${excepted} of ${all.length} obligations are excepted, more than ${EXCEPTED_AT_MOST * 100} %`)
  return faults
}
