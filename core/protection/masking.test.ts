import { describe, expect, test } from 'vitest'
import { generalisationFault, generalisedDate, generalisedNumber, generalisedText } from './generalising.ts'
import { masked } from './masking.ts'
import type { MaskKind } from './masking.ts'

describe('masking by kind', () => {
  test.each<[MaskKind, string, string]>([
    ['name', '张三丰', '张**'],
    ['name', '欧阳锋', '欧**'],
    ['name', '张', '*'],
    ['name', '𠮷田', '𠮷*'],
    ['mobile', '13800001234', '138****1234'],
    ['mobile', '0281234567', '**********'],
    ['resident-id', '510104198703121234', '510104***********4'],
    ['resident-id', '51010487031212', '**************'],
    ['bank-card', '6222020200112233445', '***************3445'],
    ['credit-code', '91510100MA6ABCDE1X', '91************DE1X'],
    ['passport', 'E12345678', 'E******78'],
    ['plate', '川A12345', '川A****5'],
    ['address', '四川省成都市锦江区春熙路1号2栋301', '四川省成都市锦江区******'],
    ['address', '锦江区春熙路1号', '锦江区******'],
    ['address', '春熙路1号', '******'],
    ['text', '任意内容', '******'],
  ])('%s: %s becomes %s', (kind, text, shown) => expect(masked(text, kind)).toBe(shown))
})

describe('generalising, on both sides of each edge', () => {
  test.each([[1979n, 1970n], [1980n, 1980n], [1989n, 1980n], [-1n, -10n], [-10n, -10n]])('interval of ten: %d becomes %d', (value, group) => {
    expect(generalisedNumber(value, { by: 'interval', width: 10, origin: 0 })).toBe(group)
  })
  test('an interval may begin elsewhere', () => expect(generalisedNumber(1987n, { by: 'interval', width: 10, origin: 1985 })).toBe(1985n))
  test.each([[17n, 0n], [18n, 18n], [59n, 18n], [60n, 60n], [-5n, 0n]])('steps of 0, 18, 60: %d becomes %d', (value, group) => {
    expect(generalisedNumber(value, { by: 'bounds', bounds: [0, 18, 60] })).toBe(group)
  })
  test('a prefix and a tree', () => {
    expect(generalisedText('510104', { by: 'prefix', characters: 4 })).toBe('5101')
    const tree = { by: 'tree', groups: { 肺癌: '肿瘤' }, others: '其他' } as const
    expect([generalisedText('肺癌', tree), generalisedText('感冒', tree), generalisedText('constructor', tree)]).toEqual(['肿瘤', '其他', '其他'])
  })
  test.each([['month', '2014-08-01'], ['quarter', '2014-07-01'], ['year', '2014-01-01'], ['decade', '2010-01-01']] as const)('the %s of 2014-08-31 begins on %s', (unit, day) => {
    expect(generalisedDate('2014-08-31', unit)).toBe(day)
  })
  test('bounds out of order are a fault', () => {
    expect(generalisationFault({ by: 'bounds', bounds: [0, 18, 18] })).toContain('从小到大')
    expect(generalisationFault({ by: 'bounds', bounds: [0, 18] })).toBeNull()
  })
})
