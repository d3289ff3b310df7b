/** A synthetic table about persons (合成数据). Pure: the same seed, count and vocabulary give the same bytes. */
import { impossibleRegion, residentCheck } from '../synthetic/check-characters.ts'
import { seededRandom } from '../synthetic/random.ts'
import type { Random } from '../synthetic/random.ts'

export interface PersonsVocabulary {
  districts: { name: string; weight: number }[]
  surnames: string[]
  givenNames: string[]
  occupations: { name: string; weight: number; monthlyIncome: number }[]
  diagnoses: { name: string; weight: number }[]
}

export const personsSeed = 20_260_915
export const personsCount = 20_000

const header = '姓名,居民身份证号,区,出生年,性别,职业,月收入,确诊病种,数据标识'
const mark = '合成数据'
const birthYears = { first: 1938, last: 2008 }
const lastDayEverywhere = 28
const incomeSpread = 0.45
const unknownIncomeShare = 0.02

/** Yields the lines of the CSV, header first, each with its line end. Identity numbers are unique and of no real region. */
export function* personsCsv(seed: number, count: number, vocabulary: PersonsVocabulary): Generator<string> {
  const random = seededRandom(seed)
  const given = new Set<string>()
  yield `${header}\n`
  for (let index = 0; index < count; index += 1) yield `${person(random, vocabulary, given).join(',')}\n`
}

function person(random: Random, vocabulary: PersonsVocabulary, given: Set<string>): string[] {
  const district = random.weighted(vocabulary.districts)
  const occupation = random.weighted(vocabulary.occupations)
  const birthYear = random.whole(birthYears.first, birthYears.last)
  const sex = random.pick(['男', '女'])
  const number = freshNumber(random, impossibleRegion(vocabulary.districts.indexOf(district)), birthYear, sex, given)
  const name = random.pick(vocabulary.surnames) + random.pick(vocabulary.givenNames)
  const income = occupation.monthlyIncome * Math.exp(incomeSpread * random.normal())
  const shownIncome = random.next() < unknownIncomeShare ? '不详' : income.toFixed(2)
  return [name, number, district.name, String(birthYear), sex, occupation.name, shownIncome, random.weighted(vocabulary.diagnoses).name, mark]
}

/** A number that nobody was given before in this table; its 17th digit is odd for men, as in real ones. */
function freshNumber(random: Random, region: string, birthYear: number, sex: string, given: Set<string>): string {
  for (;;) {
    const month = String(random.whole(1, 12)).padStart(2, '0')
    const day = String(random.whole(1, lastDayEverywhere)).padStart(2, '0')
    const order = random.whole(0, 99) * 10 + random.whole(0, 4) * 2 + (sex === '男' ? 1 : 0)
    const digits = `${region}${birthYear}${month}${day}${String(order).padStart(3, '0')}`
    const number = digits + residentCheck(digits)
    if (given.has(number)) continue
    given.add(number)
    return number
  }
}
