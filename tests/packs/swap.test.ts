import { describe, expect, test } from 'vitest'
import { lawOf } from '../support/case-law.ts'
import { answer, swapsOfOpening, swapsOfStep } from './swap/swaps.ts'
import { walk } from './swap/walker.ts'

/**
 * The law is data: who acts, how long, what must be given and what is checked are swapped one by one in a copy of the
 * compiled pack, and the unchanged engine must answer otherwise each time. A walker finds a reachable act for each rule.
 */
const law = await lawOf('chengdu-2026')

/** Steps and outcomes that the walker cannot reach, each with the reason. */
const NOT_REACHED: Record<string, string> = {}

/** Swaps that change nothing one can see in one act, each with the reason. */
const NOT_SEEN: Record<string, string> = {
  'zone-mount/open check 1 field-grade-must-fit-workspace': 'the made-up record of the catalogue has no table of fields',
  'zone-mount/open check 2 field-grade-must-fit-workspace': 'the made-up record of the catalogue has no table of fields',
}

const WALKS = new Map(Object.values(law.pack.procedures).map((procedure) => [procedure.procedure, walk(law, procedure)]))

describe.each(Object.values(law.pack.procedures))('$procedure', (procedure) => {
  const walked = WALKS.get(procedure.procedure)
  if (!walked) throw new Error(`${procedure.procedure} was not walked`)

  test('every step and outcome is reached', () => {
    const missing = [
      ...(walked.accepted.has('open') ? [] : ['open']),
      ...Object.keys(procedure.steps).filter((step) => !walked.opened.has(step)),
      ...Object.entries(procedure.steps).flatMap(([id, step]) => Object.keys(step.outcomes).map((name) => `${id}.${name}`).filter((key) => !walked.accepted.has(key))),
    ].map((place) => `${procedure.procedure}/${place}`)
    const listed = Object.keys(NOT_REACHED).filter((place) => place.startsWith(`${procedure.procedure}/`))
    expect(missing.map((place) => `${place} ${walked.refused.get(place.slice(procedure.procedure.length + 1)) ?? ''}`.trim())).toEqual(listed.map((place) => expect.stringContaining(place)))
  })

  test('the same act under the same law is always answered the same', () => {
    for (const act of walked.accepted.values()) expect(answer(law, act)).toBe(answer(law, act))
    for (const act of walked.accepted.values()) expect(answer(law, act)).not.toMatch(/^(refused|cannot)/)
  })

  const swaps = [...swapsOfOpening(law, procedure, walked), ...Object.entries(procedure.steps).flatMap(([id, step]) => swapsOfStep(law, procedure, id, step, walked))]

  test(`each of its ${swaps.length} swaps changes what the engine answers`, () => {
    const unseen = swaps.filter((swap) => swap.before === swap.after).map((swap) => swap.name)
    expect(unseen).toEqual(Object.keys(NOT_SEEN).filter((name) => name.startsWith(`${procedure.procedure}/`)))
  })
})

test('the lists of what is not reached and not seen stay short', () => {
  expect(Object.keys(NOT_REACHED).length + Object.keys(NOT_SEEN).length).toBeLessThanOrEqual(MOST_EXCEPTIONS)
})

const MOST_EXCEPTIONS = 12
