import type { CollectedTest } from './collector.ts'
import type { Mutant } from './mutants.ts'
import { wronglyDemanded } from '#tests/conformance/support/voluntary.ts'
import { Questions } from './questions.ts'
import { begin, heard, stopTracing, traced } from './story-trace.ts'

/** A test that was green on the unchanged packs, with what it touched and how long it took. */
export type KnownTest = CollectedTest & { touched: ReadonlySet<string>; acts: number; ms: number }

/** What the stories say to a mutant. `by` names the test that noticed; `met` says whether any story comes by the rule at all. */
export type Telling = { by: string | null; crashed: string | null; met: boolean }

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
export async function baseline(tests: readonly CollectedTest[]): Promise<{ known: KnownTest[]; questions: Questions<KnownTest>; red: { test: CollectedTest; error: Error }[] }> {
  const known: KnownTest[] = []
  const questions = new Questions<KnownTest>()
  const looked = new Set<string>()
  const once = (pack: string, place: string) => !looked.has(`${pack} ${place}`) && looked.add(`${pack} ${place}`) !== undefined
  const red: { test: CollectedTest; error: Error }[] = []
  for (const test of tests) {
    const first = await runTest(test, once)
    const { touched, acts, questions: asked } = traced()
    const since = performance.now()
    const error = first ?? (await runTest(test, () => false))
    if (error !== null) {
      red.push({ test, error })
      continue
    }
    const told = { ...test, touched: new Set([...touched, ...test.atLoad]), acts, ms: performance.now() - since }
    known.push(told)
    questions.note(told, asked)
  }
  stopTracing()
  return { known, questions, red }
}

/** Asks the stories of a pack about its mutants: nearest first, and those that have noticed most before. */
export class Trial {
  readonly #tests: readonly KnownTest[]
  readonly #questions: Questions<KnownTest>
  readonly #noticed = new Map<KnownTest, number>()

  constructor(tests: readonly KnownTest[], questions: Questions<KnownTest>) {
    this.#tests = tests
    this.#questions = questions
  }

  /**
   * Tells the stories that reach the rule while it is changed, until one of them notices: those that the engine answers
   * otherwise, and for what must be given some of those that give it, whose rule it is that nothing may be left out.
   */
  async tell(mutant: Mutant): Promise<Telling> {
    const tests = this.inOrder(mutant)
    const undo = mutant.make()
    try {
      const otherwise = this.#questions.askedOtherwise(mutant)
      const giving = mutant.demands === null ? [] : tests.slice(0, GIVING)
      const told = otherwise === null ? tests : tests.filter((test) => otherwise.has(test) || test.acts === 0 || giving.includes(test))
      return { ...(await this.telling(mutant, told)), met: tests.some((test) => test.acts > 0) }
    } finally {
      undo()
    }
  }

  /** The tests that have noticed something and do not hold on the unchanged packs any more: what they noticed is in doubt. */
  async leftBroken(): Promise<string[]> {
    const broken: string[] = []
    for (const test of this.#noticed.keys()) {
      const error = await runTest(test, () => false)
      if (error !== null) broken.push(`${test.file} › ${test.title}: green before the run, not after it: ${error.message.split('\n')[0] ?? ''}`)
    }
    return broken
  }

  private async telling(mutant: Mutant, tests: readonly KnownTest[]): Promise<Telling> {
    let crashed: string | null = null
    for (const test of tests) {
      const error = await runTest(test, (_, place) => place === mutant.demands)
      if (error === null) continue
      // A fault of the engine under an impossible law shows nothing about the stories: only what they assert counts.
      if (!CRASHES.has(error.name)) {
        this.#noticed.set(test, (this.#noticed.get(test) ?? 0) + 1)
        return { by: `${test.file} › ${test.title}`, crashed: null, met: true }
      }
      crashed ??= `${error.name}: ${error.message.split('\n')[0] ?? ''} (${test.file} › ${test.title})`
    }
    return { by: null, crashed, met: true }
  }

  /** The tests that can tell the rule, nearest first: by its own code, outcome, step. Tests without an act come where they read the pack's rules themselves. */
  private inOrder(mutant: Mutant): KnownTest[] {
    const near = (test: KnownTest) => mutant.touches.filter((word) => test.touched.has(word)).length
    return this.#tests
      .filter((test) => (test.acts === 0 ? test.touched.has(`section:${String(mutant.path[0])}`) : mutant.reach === null || test.touched.has(mutant.reach)))
      .map((test) => ({ test, rank: near(test), noticed: this.#noticed.get(test) ?? 0 }))
      .toSorted((a, b) => b.rank - a.rank || b.noticed / (1 + b.test.ms) - a.noticed / (1 + a.test.ms) || a.test.ms - b.test.ms)
      .map(({ test }) => test)
  }
}

const GIVING = 25 // stories asked whether they could have left something out
const CRASHES = new Set(['TypeError', 'RangeError', 'ReferenceError', 'UnknownInPack', 'BrokenHistory'])
