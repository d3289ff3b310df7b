import { NotADuration } from '#core/calendar/term.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import type { RuleFinding } from '#core/pack/check-finding.ts'
import { checkPack } from '#core/pack/check-pack.ts'
import { sharedPack } from './mutable-law.ts'
import type { Mutant } from './mutants.ts'

/** What pack-check says to a mutant: a golden date of a figure that no longer comes out, or any other finding. */
export class RuleChecks {
  readonly #packs: readonly string[]
  readonly #calendar: WorkingCalendar
  /** The findings on the unchanged packs, for each view that is taken of them. */
  readonly #before = new Map<string | null, ReadonlySet<string>>()

  /** `packs`: the mutated pack and those that stand on it. */
  constructor(packs: readonly string[], calendar: WorkingCalendar) {
    this.#packs = packs
    this.#calendar = calendar
    const procedures = new Set(packs.flatMap((id) => Object.keys(sharedPack(id).procedures)))
    for (const view of [null, [], ...[...procedures].map((id) => [id])]) {
      this.#before.set(view?.join() ?? null, new Set(findings(packs, calendar, view).map(findingKey)))
    }
  }

  /** The refusal of the changed pack, golden dates before other findings; warnings refuse nothing. */
  refusal(mutant: Mutant): { killed: 'golden' | 'pack-check'; by: string } | null {
    const [section, id] = mutant.path.map(String)
    // A look at the changed rule alone is quick and finds nothing on most mutants; what it finds, the whole must confirm.
    if (section !== 'figures' && this.fresh(section === 'procedures' ? [id ?? ''] : []).length === 0) return null
    try {
      const fresh = this.fresh(null)
      const golden = fresh.find((one) => one.code.includes('golden'))
      if (golden) return { killed: 'golden', by: `规则包算例 ${golden.code}` }
      return fresh[0] ? { killed: 'pack-check', by: fresh[0].code } : null
    } catch (error) {
      if (error instanceof NotADuration) return { killed: 'pack-check', by: error.code }
      throw error
    }
  }

  /** Errors that the unchanged packs do not have; `procedures` null looks at all of them. */
  private fresh(procedures: readonly string[] | null): RuleFinding[] {
    const view = procedures?.join() ?? null
    const before = this.#before.get(view)
    if (before === undefined) throw new Error(`the unchanged packs were not looked at with ${view}`)
    return findings(this.#packs, this.#calendar, procedures).filter((one) => !before.has(findingKey(one)))
  }
}

/** What pack-check refuses in packs; with `procedures`, as if they had only these. */
function findings(packs: readonly string[], calendar: WorkingCalendar, procedures: readonly string[] | null): RuleFinding[] {
  return packs.flatMap((id) => {
    const pack = sharedPack(id)
    const seen = procedures === null ? pack : { ...pack, procedures: Object.fromEntries(Object.entries(pack.procedures).filter(([name]) => procedures.includes(name))) }
    return checkPack(seen, calendar).filter((one) => one.kind === 'error')
  })
}

const findingKey = (finding: RuleFinding) => [finding.path.join('.'), finding.code, finding.message].join('\n')
