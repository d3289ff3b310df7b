import { NotADuration } from '#core/calendar/term.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import type { RuleFinding } from '#core/pack/check-finding.ts'
import { checkPack } from '#core/pack/check-pack.ts'
import type { CollectedTest } from './collector.ts'
import { sharedPack } from './mutable-law.ts'
import type { Mutant } from './mutants.ts'
import { wronglyDemanded } from '#tests/conformance/support/voluntary.ts'
import { begin, heard, stopTracing, traced } from './story-trace.ts'

/** A test that was green on the unchanged packs, with what it touched and how long it took. */
export type KnownTest = CollectedTest & { touched: ReadonlySet<string>; acts: number; ms: number }

/** How a mutant ended. `by` names the finding or the test; `met` says whether any story comes by the rule at all. */
export type Verdict = { killed: 'golden' | 'pack-check' | 'stories'; by: string } | { killed: null; crashed: string | null; met: boolean }

/** Runs one test and the rule for every story, at the places asked for; null where it is green. */
export async function runTest(test: CollectedTest, look: (pack: string, place: string) => boolean): Promise<Error | null> {
  begin()
  try {
    for (const hook of test.before) await hook()
    await test.run()
    const [wrong] = wronglyDemanded(heard(), look)
    return wrong === undefined ? null : new NotDemanded(wrong)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  } finally {
    for (const hook of test.after) await hook()
  }
}

/** Something that a story gave could have been left out. */
class NotDemanded extends Error {
  override readonly name = 'NotDemanded'
}

/** Runs every test twice on the unchanged packs; what is not green twice is named, and kills nothing. */
export async function baseline(tests: readonly CollectedTest[]): Promise<{ known: KnownTest[]; red: { test: CollectedTest; error: Error }[] }> {
  const known: KnownTest[] = []
  const looked = new Set<string>()
  const once = (pack: string, place: string) => !looked.has(`${pack} ${place}`) && looked.add(`${pack} ${place}`) !== undefined
  const red: { test: CollectedTest; error: Error }[] = []
  for (const test of tests) {
    const first = await runTest(test, once)
    const { touched, acts } = traced()
    const since = performance.now()
    const error = first ?? (await runTest(test, () => false))
    if (error === null) known.push({ ...test, touched, acts, ms: performance.now() - since })
    else red.push({ test, error })
  }
  stopTracing()
  return { known, red }
}

/** Tries mutants of one pack: its golden cases and pack-check first, then the stories that touch the rule. */
export class Trial {
  readonly #packs: readonly string[]
  readonly #calendar: WorkingCalendar
  readonly #tests: readonly KnownTest[]
  /** The findings on the unchanged packs, for each view that is taken of them. */
  readonly #before = new Map<string | null, ReadonlySet<string>>()

  /** `packs`: the mutated pack and those that stand on it. */
  constructor(packs: readonly string[], calendar: WorkingCalendar, tests: readonly KnownTest[]) {
    this.#packs = packs
    this.#calendar = calendar
    this.#tests = tests
    const procedures = new Set(packs.flatMap((id) => Object.keys(sharedPack(id).procedures)))
    for (const view of [null, [], ...[...procedures].map((id) => [id])]) {
      this.#before.set(view?.join() ?? null, new Set(findings(packs, calendar, view).map(findingKey)))
    }
  }

  async judge(mutant: Mutant): Promise<Verdict> {
    const undo = mutant.make()
    try {
      return this.check(mutant) ?? (await this.tell(mutant))
    } finally {
      undo()
    }
  }

  /** The refusal of the changed pack, golden cases before other findings; warnings refuse nothing. */
  private check(mutant: Mutant): Verdict | null {
    const [section, id] = mutant.path.map(String)
    // A look at the changed rule alone is quick and finds nothing on most mutants; what it finds, the whole must confirm.
    if (section !== 'figures' && this.fresh(section === 'procedures' ? [id ?? ''] : []).length === 0) return null
    try {
      const fresh = this.fresh(null)
      const golden = fresh.find((one) => one.code.includes('golden'))
      if (golden) return { killed: 'golden', by: golden.code }
      return fresh[0] ? { killed: 'pack-check', by: fresh[0].code } : null
    } catch (error) {
      if (error instanceof NotADuration) return { killed: 'golden', by: error.code }
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

  private async tell(mutant: Mutant): Promise<Verdict> {
    let crashed: string | null = null
    const tests = inOrder(this.#tests, mutant)
    for (const test of tests) {
      const error = await runTest(test, (_, place) => place === mutant.demands)
      if (error === null) continue
      // A fault of the engine under an impossible law shows nothing about the stories: only what they assert counts.
      if (!CRASHES.has(error.name)) return { killed: 'stories', by: `${test.file} › ${test.title}` }
      crashed ??= `${error.name}: ${error.message.split('\n')[0] ?? ''} (${test.file} › ${test.title})`
    }
    return { killed: null, crashed, met: tests.some((test) => test.acts > 0) }
  }
}

const CRASHES = new Set(['TypeError', 'RangeError', 'ReferenceError', 'UnknownInPack', 'BrokenHistory'])

/** What pack-check refuses in packs; with `procedures`, as if they had only these. */
function findings(packs: readonly string[], calendar: WorkingCalendar, procedures: readonly string[] | null): RuleFinding[] {
  return packs.flatMap((id) => {
    const pack = sharedPack(id)
    const seen = procedures === null ? pack : { ...pack, procedures: Object.fromEntries(Object.entries(pack.procedures).filter(([name]) => procedures.includes(name))) }
    return checkPack(seen, calendar).filter((one) => one.kind === 'error')
  })
}

const findingKey = (finding: RuleFinding) => [finding.path.join('.'), finding.code, finding.message].join('\n')

/** The tests that can tell the rule, nearest first: by its own code, outcome, step. Tests that read the pack itself come too. */
function inOrder(tests: readonly KnownTest[], mutant: Mutant): KnownTest[] {
  const near = (test: KnownTest) => mutant.touches.filter((word) => test.touched.has(word)).length
  return tests
    .filter((test) => test.acts === 0 || mutant.reach === null || test.touched.has(mutant.reach))
    .map((test) => ({ test, rank: near(test) }))
    .toSorted((a, b) => b.rank - a.rank || a.test.ms - b.test.ms)
    .map(({ test }) => test)
}
