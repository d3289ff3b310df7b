import { describe, expect, test } from 'vitest'
import { suggestContent } from '#core/boundary/content-kind.ts'

/** A resident ID whose check digit is right; the region of the form 1100xx exists, the person does not. */
function residentId(serial: number): string {
  const digits = `11010119900101${String(serial).padStart(3, '0')}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0)
  return digits + '10X98765432'[sum % 11]
}

const many = (of: (index: number) => string, count = 100): string[] => Array.from({ length: count }, (_, index) => of(index))
const kindsOf = (texts: string[]): string[] => suggestContent(texts).map(({ kind }) => kind)

describe('what a column seems to hold', () => {
  test.each<[string, (index: number) => string, string[]]>([
    ['resident IDs', residentId, ['resident-id']],
    ['mobile numbers', (index) => `138${String(index).padStart(8, '0')}`, ['mobile']],
    ['plates', (index) => `川A${String(10_000 + index)}`, ['plate']],
    ['passports', (index) => `E${String(10_000_000 + index)}`, ['passport']],
    ['names', (index) => ['王芳', '李娜', '张伟', '欧阳修文', '买买提·艾力'][index % 5] ?? '', ['person-name']],
    ['addresses', (index) => `成都市锦江区春熙路${index}号`, ['address']],
    ['districts alone', () => '锦江区', []],
    ['companies', (index) => `成都第${index}建筑公司`, []],
    ['counts', (index) => String(index), []],
    ['serial numbers of eighteen digits', (index) => `110101199001${String(index * 7_919).padStart(6, '0')}`, []],
  ])('%s', (_story, of, expected) => {
    expect(kindsOf(many(of))).toEqual(expected)
  })

  test('is judged by the share: nine in ten suggest it, fewer do not', () => {
    const mixed = (good: number): string[] => many((index) => (index < good ? residentId(index) : '不详'))
    expect(suggestContent(mixed(90))).toMatchObject([{ kind: 'resident-id', share: 0.9, values: 100, role: 'entity-key', category: '个人身份信息' }])
    expect(suggestContent(mixed(90))[0]?.reason).toBe('90% 的取值（抽查 100 个，其中 90 个）符合公民身份号码的编码规则和校验码，请确认。')
    expect(kindsOf(mixed(89))).toEqual([])
  })

  test('is not judged by fewer than fifty values', () => {
    expect(kindsOf(many(residentId, 49))).toEqual([])
    expect(kindsOf(many(residentId, 50))).toEqual(['resident-id'])
  })
})
