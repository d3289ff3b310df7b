/** A synthetic table of enterprises' monthly electricity (合成数据). Pure: the same arguments give the same bytes. */
import { creditCheck, impossibleRegion, organizationCheck } from '../synthetic/check-characters.ts'
import { seededRandom } from '../synthetic/random.ts'
import type { Random } from '../synthetic/random.ts'

export interface EnterprisesVocabulary {
  districts: { name: string; weight: number }[]
  nameBeginnings: string[]
  industries: { name: string; weight: number; ending: string; monthlyKilowattHours: number }[]
}

export const enterprisesSeed = 20_260_916
/** Each has one row a month, so the table has 3,000 rows about 250 enterprises. */
export const enterprisesCount = 250

const header = '统一社会信用代码,企业名称,所在区,行业,月份,用电量,从业人数,数据标识'
const mark = '合成数据'
const year = 2025
const monthsInYear = 12
const sizeSpread = 0.9
const monthSpread = 0.12
const kilowattHoursPerEmployee = 900
/** 9: registered by market regulation; 1: enterprise (GB 32100). */
const enterprisePrefix = '91'

/** Yields the lines of the CSV, header first, each with its line end. Codes are unique and of no real region. */
export function* enterprisesCsv(seed: number, count: number, vocabulary: EnterprisesVocabulary): Generator<string> {
  const random = seededRandom(seed)
  yield `${header}\n`
  for (let index = 0; index < count; index += 1) yield* enterpriseRows(random, vocabulary, index)
}

function* enterpriseRows(random: Random, vocabulary: EnterprisesVocabulary, index: number): Generator<string> {
  const district = random.weighted(vocabulary.districts)
  const industry = random.weighted(vocabulary.industries)
  const code = creditCode(impossibleRegion(vocabulary.districts.indexOf(district)), index)
  const name = `${random.pick(vocabulary.nameBeginnings)}${industry.ending}合成企业${String(index + 1).padStart(4, '0')}号`
  const usual = industry.monthlyKilowattHours * Math.exp(sizeSpread * random.normal())
  const employees = Math.max(1, Math.round(usual / kilowattHoursPerEmployee))
  for (let month = 1; month <= monthsInYear; month += 1) {
    const used = usual * Math.exp(monthSpread * random.normal())
    const first = `${year}-${String(month).padStart(2, '0')}-01`
    yield `${[code, name, district.name, industry.name, first, used.toFixed(1), String(employees), mark].join(',')}\n`
  }
}

function creditCode(region: string, index: number): string {
  const organization = `MA${String(index).padStart(6, '0')}`
  const characters = `${enterprisePrefix}${region}${organization}${organizationCheck(organization)}`
  return characters + creditCheck(characters)
}
