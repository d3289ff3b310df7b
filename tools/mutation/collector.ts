import { ASYMMETRIC_MATCHERS_OBJECT, GLOBAL_EXPECT, JestAsymmetricMatchers, JestChaiExpect, JestExtend, customMatchers, setState } from '@vitest/expect'
import type { ExpectStatic } from '@vitest/expect'
import * as chai from 'chai'

/**
 * Stands in for `vitest` where stories run many times in one process: collects what `describe` and `test` declare and
 * keeps the real `expect`. Hooks are told again before each test, so that a test can be repeated by itself.
 */
export type Hook = () => unknown
export type CollectedTest = { file: string; title: string; run: () => unknown; before: Hook[]; after: Hook[]; /** Words that its whole file touched while it was loaded. */ atLoad: string[] }

type Group = { title: string; before: Hook[]; after: Hook[]; skipped: boolean }
type Body = (...args: never[]) => unknown
type Pending = { group: readonly Group[]; title: string; run: Hook }

const groups: Group[] = []
let pending: Pending[] = []
let left: string[] = []
let bodies: Promise<unknown>[] = []

/** What a file declared while it was loaded; the tests that it skips are named apart. */
export async function collected(file: string, load: () => Promise<unknown>): Promise<{ tests: CollectedTest[]; skipped: string[] }> {
  pending = []
  left = []
  bodies = []
  groups.splice(0, groups.length, { title: '', before: [], after: [], skipped: false })
  await load()
  await Promise.all(bodies)
  const tests = pending.map(({ group, title, run }) => ({
    file,
    title: [...group.slice(1).map((one) => one.title), title].join(' › '),
    run,
    before: group.flatMap((one) => one.before),
    // What a group opened while it was loaded, not before its tests, stays open as long as the process: a test is repeated.
    after: group.toReversed().flatMap((one) => (one.before.length === 0 ? [] : one.after)),
    atLoad: [],
  }))
  return { tests, skipped: left }
}

function declareGroup(title: string, body: Hook, skipped = false): void {
  groups.push({ title, before: [], after: [], skipped })
  const result = body()
  if (result instanceof Promise) bodies.push(result)
  groups.pop()
}

function declareTest(title: string, run: Hook): void {
  if (groups.some((one) => one.skipped)) left.push(title)
  else pending.push({ group: [...groups], title, run })
}

/** Rows of `each` may be lists of arguments or single values; titles take `%s` and `$name`. */
function each(declare: (title: string, run: Hook) => void) {
  return (rows: readonly unknown[]) => (title: string, body: Body) => {
    for (const row of rows) {
      const args = Array.isArray(row) ? row : [row]
      declare(titled(title, args), () => body(...(args as never[]))) // the author typed body for these rows
    }
  }
}

function titled(title: string, args: readonly unknown[]): string {
  let next = 0
  const [first] = args
  return title
    .replace(/%[sdifjo]/g, () => String(args[next++]))
    .replace(/\$([\w.]+)/g, (whole, path: string) => {
      const found = path.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined), first) // an object, as just tested
      return found === undefined ? whole : String(found)
    })
}

const leave = (title: string) => {
  left.push(title)
}

export const describe = Object.assign((title: string, body: Hook) => declareGroup(title, body), {
  each: each((title, body) => declareGroup(title, body)),
  skip: leave,
  skipIf: (skipped: boolean) => (title: string, body: Hook) => declareGroup(title, body, skipped),
  runIf: (run: boolean) => (title: string, body: Hook) => declareGroup(title, body, !run),
})

export const test = Object.assign((title: string, run: Hook) => declareTest(title, run), {
  each: each(declareTest),
  skip: leave,
  todo: leave,
  skipIf: (skipped: boolean) => (skipped ? leave : declareTest),
  runIf: (run: boolean) => (run ? declareTest : leave),
})
export const it = test

const innermost = (): Group => groups.at(-1) ?? { title: '', before: [], after: [], skipped: false }
export const beforeAll = (hook: Hook): void => void innermost().before.push(hook)
export const beforeEach = beforeAll
export const afterAll = (hook: Hook): void => void innermost().after.push(hook)
export const afterEach = afterAll

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

/** The `expect` of vitest, made of its own parts, without vitest's runner. */
export const expect = makeExpect()

function makeExpect(): ExpectStatic {
  const made = ((value: unknown, message?: string) => chai.expect(value, message)) as unknown as ExpectStatic // its methods follow
  const shared = globalThis as Record<symbol, unknown> // where vitest's parts meet
  Object.assign(made, chai.expect, shared[ASYMMETRIC_MATCHERS_OBJECT])
  shared[GLOBAL_EXPECT] = made
  setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, made)
  const own = chai.expect as unknown as { extend: (target: ExpectStatic, matchers: object) => void } // added by JestExtend, which has no types for it
  own.extend(made, customMatchers)
  return made
}
