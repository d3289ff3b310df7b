import { describe, expect, test } from 'vitest'
import { decodeEntitySets, encodeEntitySets, entitySetsOf, NO_SETS, readPlaces, type DescribedSet } from '#core/disclosure-control/entity-sets.ts'
import { compareRelease, gathering, nearSets, newResultOf, type NearSet } from '#core/disclosure-control/near-sets.ts'
import { checkReleaseLedger } from '#core/disclosure-control/release-ledger.ts'
import { range, setOf } from '#tests/support/entity-sets.ts'

function near(fresh: readonly DescribedSet[], ...earlier: readonly DescribedSet[]): readonly NearSet[] {
  return nearSets(entitySetsOf(fresh), [{ release: 'r1', sets: entitySetsOf(earlier) }], 10).near
}

const judged = (found: readonly NearSet[]) => checkReleaseLedger({ near: found, compared: 1 }, 10)

describe('two figures that differ by few entities', () => {
  test.each([0, 1, 500, 998, 999])('a release without person %s tells of that person', (person) => {
    const all = range(0, 1000)
    expect(near([setOf(all.filter((one) => one !== person))], setOf(all))).toEqual([{ release: 'r1', entities: 999, differ: 1, rowsOnly: false }])
  })
  test('nine are few, ten are not', () => {
    expect(near([setOf(range(9, 1000))], setOf(range(0, 1000)))).toMatchObject([{ differ: 9 }])
    expect(near([setOf(range(10, 1000))], setOf(range(0, 1000)))).toEqual([])
  })
  test('some exchanged for others are told, too', () => {
    expect(near([setOf(range(0, 1000))], setOf([...range(4, 1000), ...range(2000, 2004)]))).toMatchObject([{ release: 'r1', entities: 1000 }])
    expect(near([setOf(range(0, 1000))], setOf([...range(20, 1000), ...range(2000, 2020)]))).toEqual([])
  })
  test('every one of two thousand cells that lost one person is found, and nothing else', () => {
    const cells = range(0, 2000).map((cell) => range(cell * 40, cell * 40 + 12 + (cell % 60)))
    const found = near(cells.map((cell) => setOf(cell.slice(1))), ...cells.map((cell) => setOf(cell)))
    expect(found.filter((one) => one.release === 'r1' && one.differ === 1)).toHaveLength(2000)
    const elsewhere = near(cells.map((cell) => setOf(cell)), ...cells.map((cell) => setOf(cell.map((one) => one + 7_000_000))))
    expect(elsewhere).toEqual([])
  })
  test('the same entities again, other entities, or another kind tell nothing', () => {
    expect(near([setOf(range(0, 500))], setOf(range(0, 500)))).toEqual([])
    expect(near([setOf(range(500, 1000))], setOf(range(0, 499)))).toEqual([])
    expect(near([setOf(range(0, 499), 'enterprise')], setOf(range(0, 500)))).toEqual([])
  })
  test('within one result a total and its shown parts are compared, too', () => {
    expect(nearSets(entitySetsOf([setOf(range(0, 995)), setOf(range(0, 1000))]), [], 10).near).toMatchObject([{ release: null }])
  })
  test('the finding names the earlier release and is a block', () => {
    expect(judged(near([setOf(range(1, 1000))], setOf(range(0, 1000))))).toMatchObject([{ code: 'differs-from-earlier-by-few', verdict: 'block', evidence: { releases: 'r1' } }])
    expect(checkReleaseLedger({ near: [], compared: 3 }, 10)).toMatchObject([{ verdict: 'pass', evidence: { releases: 3 } }])
  })
  test('the same entities with one row fewer have a finding of their own', () => {
    const [persons, visits] = [setOf(range(0, 500)), setOf(range(0, 500), 'person|count')]
    const [, fewer] = [persons, setOf([...range(1, 500), 9999], 'person|count')]
    expect(judged(near([persons, fewer], persons, visits))).toMatchObject([{ code: 'differs-from-earlier-by-few-rows', verdict: 'block' }])
    expect(judged(near([persons, visits], persons, visits))).toMatchObject([{ verdict: 'pass' }])
  })
})

describe('marks made by another engine', () => {
  const earlier = [{ release: 'r1', engine: 'v1.5.6', sets: entitySetsOf([setOf(range(0, 1000))]) }, { release: 'r2', sets: entitySetsOf([setOf(range(0, 1000))]) }]
  test('are not compared, and nothing passes because of it', () => {
    const same = nearSets(entitySetsOf([setOf(range(0, 1000))]), earlier, 10, 'v1.5.6')
    expect([same, checkReleaseLedger(same, 10)]).toMatchObject([{ near: [], compared: 2 }, [{ code: 'no-difference-by-few' }]])
    const other = nearSets(entitySetsOf([setOf(range(0, 1000))]), earlier, 10, 'v1.6.0')
    expect([other, checkReleaseLedger(other, 10)]).toMatchObject([{ near: [], compared: 1, incomparable: ['r1'] }, [{ code: 'earlier-not-comparable', verdict: 'block', evidence: { releases: 'r1' } }]])
  })
})

describe('several figures together', () => {
  const releases = (...sets: readonly DescribedSet[]) => sets.map((set, position) => ({ release: `r${position + 1}`, sets: entitySetsOf([set]) }))
  const judge = (fresh: readonly DescribedSet[], ...sets: readonly DescribedSet[]) => {
    return checkReleaseLedger(nearSets(entitySetsOf(fresh), releases(...sets), 10), 10).map(({ code, evidence }) => `${code} ${evidence['releases'] ?? ''}`)
  }
  test('two parts were released, then the whole without one', () => {
    expect(judge([setOf(range(1, 1000))], setOf(range(0, 400)), setOf(range(400, 1000)))).toEqual(['combination-leaves-few r1、r2'])
    expect(judge([setOf(range(0, 1000))], setOf(range(0, 400)), setOf(range(400, 1000)))).toEqual(['no-difference-by-few 2'])
  })
  test('two ranges that share one day, then everyone', () => {
    expect(judge([setOf(range(0, 1000))], setOf(range(0, 503)), setOf(range(500, 1000)))).toEqual(['combination-leaves-few r1、r2'])
    expect(judge([setOf(range(0, 1000))], setOf(range(0, 530)), setOf(range(500, 1000)))).toEqual(['no-difference-by-few 2'])
  })
  test('three parts, then the whole without some', () => {
    expect(judge([setOf(range(4, 1000))], setOf(range(0, 200)), setOf(range(200, 600)), setOf(range(600, 1000)))).toEqual(['combination-leaves-few r1、r2、r3'])
  })
  test('parts that were released among many releases are found wherever they stand', () => {
    const many = (place: number) => range(0, 70).map((release) => {
      const parts = [range(0, 400), range(400, 1000)]
      return { release: `r${release}`, sets: entitySetsOf(range(0, 16).map((at) => setOf(at === 0 && release >= place && release < place + 2 ? (parts[release - place] ?? []) : range(20_000 + (release * 16 + at) * 50, 20_020 + (release * 16 + at) * 50)))) }
    })
    for (const place of [0, 68]) expect(nearSets(entitySetsOf([setOf(range(1, 1000)), setOf(range(5_000, 5_050))]), many(place), 10).near).toMatchObject([{ differ: 1, combined: [`r${place}`, `r${place + 1}`] }])
  })
  test('a group of enough that was released is nothing new, though it looks small by its parts', () => {
    const [looksSmall] = range(0, 40).map((at) => entitySetsOf([setOf(range(at * 10, at * 10 + 10))])).filter(({ checks }) => checks.filter((check) => check !== 0).length < 10)
    if (looksSmall === undefined) throw new Error('no ten entities share a part')
    const parts = [entitySetsOf([setOf(range(0, 400))]), entitySetsOf([setOf(range(400, 1000))]), looksSmall]
    expect(nearSets(entitySetsOf([setOf(range(0, 1000))]), parts.map((sets, at) => ({ release: `r${at}`, sets })), 10).near).toEqual([])
  })
  test('unrelated releases leave nothing', () => {
    const unrelated = range(0, 60).map((at) => setOf(range(at * 137, at * 137 + 400 + at)))
    expect(judge([setOf(range(50_000, 51_000)), setOf(range(50_500, 52_000))], ...unrelated)).toEqual(['no-difference-by-few 60'])
  })
})

describe('a result that was shown and did not leave', () => {
  const result = newResultOf(entitySetsOf([setOf(range(0, 1000))]), 10, 0)
  const judge = (...shown: DescribedSet[]) => {
    const gathered = gathering(result)
    gathered.addShown(compareRelease(result, { release: 'job-1', sets: entitySetsOf(shown) }, false), 2)
    return checkReleaseLedger(gathered.conclude([]), 10).map(({ code, verdict }) => `${code} ${verdict}`)
  }
  test('sends to review what differs from it by one or two, and nothing that differs by more or says the same', () => {
    expect(judge(setOf(range(1, 1000)))).toEqual(['differs-from-shown-by-few review'])
    expect(judge(setOf(range(2, 1000)))).toEqual(['differs-from-shown-by-few review'])
    expect(judge(setOf(range(0, 994)))).toEqual(['no-difference-by-few pass'])
    expect(judge(setOf(range(0, 1000)), setOf(range(1, 1000)))).toEqual(['no-difference-by-few pass'])
  })
  test('does not take from what differs from a release', () => {
    const gathered = gathering(newResultOf(entitySetsOf([setOf(range(0, 1000))]), 10, 1))
    for (const release of ['release-1', 'job-1']) {
      const compared = compareRelease(result, { release, sets: entitySetsOf([setOf(range(1, 1000))]) }, false)
      if (release === 'job-1') gathered.addShown(compared, 2)
      else gathered.add(compared)
    }
    expect(checkReleaseLedger(gathered.conclude([]), 10).map(({ code, evidence }) => [code, evidence['releases'] ?? evidence['results']])).toEqual([['differs-from-shown-by-few', 'job-1'], ['differs-from-earlier-by-few', 'release-1']])
  })
})

describe('where entities have several rows', () => {
  const cells = [setOf(range(0, 40), 'person~'), setOf(range(6, 50), 'person~'), setOf(range(0, 50), 'person~+')].map((set) => ({ ...set, origin: 0 }))
  test('cells that share entities are no parts of a sum of sets, and the same cells again tell nothing', () => {
    expect(near(cells, setOf(range(100, 200)))).toEqual([])
    expect(near(cells, ...cells)).toEqual([])
    expect((near([setOf(range(1, 50), 'person~')], ...cells)).map(({ differ }) => differ).toSorted()).toEqual([1, 5])
  })
  test('a total that another select shows is still compared with what its parts add up to', () => {
    const total = { ...setOf(range(0, 53), 'person~'), origin: 1 }
    expect(nearSets(entitySetsOf([...cells, total]), [], 10).near).toContainEqual({ release: null, entities: 53, differ: 3, rowsOnly: false })
  })
  test('sets are found again whatever is known of their rows', () => {
    expect(near([setOf(range(1, 500), 'person~')], setOf(range(0, 500), 'person'))).toMatchObject([{ release: 'r1', differ: 1 }])
  })
})

describe('sets as bytes', () => {
  const sets = entitySetsOf([setOf(range(0, 30)), setOf(range(0, 40), 'enterprise'), setOf(range(0, 30))])
  test('come back as they were, each once', () => {
    expect(sets.count).toBe(2)
    const { origins, ...kept } = sets
    expect(decodeEntitySets(encodeEntitySets(sets))).toEqual(kept)
    expect(origins).toEqual(new Uint32Array(2))
    expect(decodeEntitySets(encodeEntitySets(NO_SETS)).count).toBe(0)
  })
  test('without their checks they can still be compared by marks; cut shorter they are refused', () => {
    const bytes = encodeEntitySets(sets)
    const { checksAt } = readPlaces(bytes)
    expect(decodeEntitySets(bytes.slice(0, checksAt))).toMatchObject({ marks: sets.marks })
    expect(() => decodeEntitySets(bytes.slice(0, checksAt - 1))).toThrow('too soon')
    expect(() => decodeEntitySets(new Uint8Array(12))).toThrow('no sets')
  })
})
