import { describe, expect, test } from 'vitest'
import { catalogDifferences, departures, entityDisagreement, proposeTable, withFit } from '#core/boundary/column-proposal.ts'
import type { CataloguedColumn, SeenColumn } from '#core/boundary/column-proposal.ts'
import { suggestContent } from '#core/boundary/content-kind.ts'

const seen = (header: string, texts: string[], more: Partial<SeenColumn> = {}): SeenColumn => ({
  name: header, header, type: 'text', nullable: false, missing: [], values: texts.length, nulls: 0, suggestions: suggestContent(texts), reason: '各值都是文本。', ...more,
})
const mobiles = Array.from({ length: 100 }, (_, index) => (index < 98 ? `138${String(index).padStart(8, '0')}` : '不详'))
const districts = Array.from({ length: 100 }, () => '锦江区')
/** A unified social credit code with its right check character; the enterprise does not exist. */
function creditCode(serial: number): string {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  const body = `91510100MA6${String(serial).padStart(6, '0')}`
  const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
  const sum = weights.reduce((total, weight, index) => total + weight * alphabet.indexOf(body[index] ?? ''), 0)
  return body + (alphabet[(31 - (sum % 31)) % 31] ?? '')
}
const codes = Array.from({ length: 100 }, (_, index) => creditCode(index))
const catalogued: CataloguedColumn[] = [{ name: 'phone', header: '联系方式', title: '联系方式', type: 'text', role: 'ordinary', nullable: false }, { name: 'area', header: '区', title: '所在区', type: 'text' }]

describe('what is proposed about a file without a declared schema', () => {
  test('is named after the header, with the role that the values suggest and the reason in percent', () => {
    const { columns, entity } = proposeTable([seen('信用代码', codes), seen('联系方式', mobiles), seen('区', districts), seen('月收入', ['1'], { type: 'integer' })], null, null)
    expect(columns.map(({ name, role, category }) => [name, role, category])).toEqual([
      ['信用代码', 'entity-key', '法人和其他组织身份信息'], ['联系方式', 'quasi-identifier', '个人通信信息'], ['区', 'ordinary', undefined], ['月收入', 'sensitive', '个人财产信息'],
    ])
    expect(columns[1]?.reasons[0]).toBe('98% 的取值（抽查 100 个，其中 98 个）符合手机号码的编码规则，建议作为准标识列。')
    expect(entity).toEqual({ kind: 'enterprise', key: ['信用代码'] })
  })

  test('is about nobody where no key is found', () => {
    expect(proposeTable([seen('区', districts)], null, null).entity).toEqual({ kind: 'none', key: [] })
    expect(proposeTable([seen('区', districts)], null, 'person').entity).toEqual({ kind: 'none', key: [] })
  })
})

describe('what is proposed beside a catalog', () => {
  test('keeps what the catalog says and tells where the content says otherwise', () => {
    const { columns } = proposeTable([seen('联系方式', mobiles, { nulls: 3, nullable: true }), seen('区', districts)], catalogued, 'none')
    expect(columns.map(({ name, title, role }) => [name, title, role])).toEqual([['phone', '联系方式', 'ordinary'], ['area', '所在区', 'ordinary']])
    expect(columns[0]?.disagreements).toEqual(['目录登记为必填，抽查的 103 行中有 3 行（2.9%）没有值。', '目录登记为一般列，98%的取值是手机号码。'])
    expect(columns[1]?.disagreements).toEqual([])
  })

  test('holds a title against the values, and a type against what they can be read as', () => {
    const said: CataloguedColumn[] = [{ name: 'id', header: '证件', title: '居民身份证号', type: 'text' }, { name: 'age', header: '年龄', title: '年龄', type: 'integer' }, { name: 'sum', header: '数', title: '数', type: 'decimal', scale: 2 }]
    const { columns } = proposeTable([seen('证件', districts), seen('年龄', districts), seen('数', ['1'], { type: 'integer' })], said, 'none')
    expect(columns.map(({ disagreements }) => disagreements)).toEqual([['目录称“居民身份证号”，抽查的取值多数不符合公民身份号码的编码规则。'], ['目录登记的类型是整数，内容看来是文本。'], []])
  })

  test('names what the file lacks and what nobody agreed to', () => {
    expect(proposeTable([seen('区', districts), seen('工资', ['1'])], catalogued, null)).toMatchObject({ lacking: ['联系方式'], surplus: ['工资'], columns: [{ name: 'area' }] })
  })

  test('tells of personal content in a table that is said to be about nobody', () => {
    const proposal = proposeTable([seen('联系方式', mobiles), seen('区', districts)], null, null)
    expect(entityDisagreement('none', proposal)).toEqual(['目录登记本表不涉及个人，内容看来含有个人信息：“联系方式”（手机号码）。请核对本表每行说的是什么，并选定主体标识。'])
    expect(entityDisagreement('enterprise', proposal)).toEqual([])
    expect(entityDisagreement('none', proposeTable([seen('区', districts)], null, null))).toEqual([])
  })

  test('is completed by the whole file', () => {
    const fitted = withFit(proposeTable([seen('区', districts)], catalogued, null), [{ name: 'area', values: 2_000, nulls: 1, fitting: 1_999 }])
    expect(fitted.columns[0]?.disagreements).toEqual(['全部 2000 个值中有 1 个（0.1%）不能作为文本读取。', '全部 2001 行中有 1 行（0.1%）没有值，却列为必填。'])
    expect(withFit(fitted, [{ name: 'area', values: 9, nulls: 0, fitting: 9 }])).toEqual(fitted)
  })
})

describe('what the provider confirms', () => {
  test('needs a reason where identifying values are called ordinary, and nowhere else', () => {
    const { columns } = proposeTable([seen('联系方式', mobiles), seen('区', districts)], null, null)
    const all = (role: 'ordinary' | 'quasi-identifier') => columns.map(({ name }) => ({ name, role }))
    expect(departures(columns, all('ordinary')).map(({ name }) => name)).toEqual(['联系方式'])
    expect(departures(columns, all('quasi-identifier'))).toEqual([])
  })

  test('is compared with the catalog', () => {
    expect(catalogDifferences(catalogued, [{ name: 'phone', title: '联系方式', type: 'integer', role: 'quasi-identifier', nullable: true }, { name: 'area', title: '所在区', type: 'text', role: 'ordinary', nullable: true }])).toEqual([
      '“联系方式”：目录登记为文本，确认为整数。', '“联系方式”：目录登记为一般列，确认为准标识列。', '“联系方式”：目录登记为必填，确认为可以没有值。',
    ])
    expect(catalogDifferences(null, [])).toEqual([])
  })
})
