import { beforeAll, describe, expect, test } from 'vitest'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { publishedWords } from './published-words.ts'
import type { PublishedWords } from './published-words.ts'

const NAMES: Readonly<Record<string, string>> = { 'river-data-group': '蓉江数据集团有限公司', 'hbj-air': '空气质量监测' }
const nameOf = (id: string) => NAMES[id] ?? id

let law: CaseLaw
let words: PublishedWords
beforeAll(async () => {
  law = await lawOf('chengdu-2026')
  words = publishedWords(law)
})

describe('what a pack makes public', () => {
  test('has a Chinese title for every field of every publication of its procedures', () => {
    const outcomes = Object.values(law.pack.procedures).flatMap(({ open, steps }) => [open, ...Object.values(steps).flatMap((step) => Object.values(step.outcomes))])
    const published = outcomes.flatMap(({ effects }) => effects.filter(({ effect }) => effect === 'publish'))
    expect(published.length).toBeGreaterThan(5)
    for (const { with: { kind, title: _title, ...fields } } of published) {
      const source = `publish/${typeof kind === 'object' ? String(kind.value) : ''}`
      const body = words.body(source, Object.fromEntries(Object.keys(fields).map((name) => [name, '甲'])), nameOf)
      for (const title of Object.keys(body)) expect(title, `${source}: ${title}`).toMatch(/^\p{Script=Han}/u)
    }
  })

  test('is told by the choices of the content that it is taken from, also of a linked case', () => {
    expect(words.field('register.put/authorizations', 'mode', 'overall', nameOf)).toBe('整体授权')
    expect(words.field('register.put/authorizations', 'selection-method', 'open-tender', nameOf)).toBe('公开招标')
    expect(words.field('register.put/authorizations', 'operator', 'river-data-group', nameOf)).toBe('蓉江数据集团有限公司')
  })

  test('keeps a choice that the pack does not know, and a text that only looks like one', () => {
    expect(words.field('register.put/authorizations', 'mode', 'of-another-edition', nameOf)).toBe('of-another-edition')
    expect(words.field('register.put/authorizations', 'scope', '空气质量', nameOf)).toBe('空气质量')
  })

  test('stands in the order of the declaration, lists by name, without numbers of cases', () => {
    const report = {
      'free-calls': 1, calls: 2,
      authorizations: [{ scope: 'hbj-air、别的', operator: '蓉江数据集团有限公司' }],
      products: [{ name: '指数', product: 'case-ce3de77d-3166-48be-a7ea-164869743794' }],
    }
    const body = words.body('publish/disclosure', { report, to: '2026-12-31', from: '2026-06-08' }, nameOf)
    expect(Object.keys(body)).toEqual(['披露期间起', '披露期间止', '公共数据资源授权运营情况披露'])
    expect(JSON.stringify(body)).toContain('"授权范围":"空气质量监测、别的"')
    expect(JSON.stringify(body)).not.toContain('case-')
    expect(JSON.stringify(body).indexOf('调用总次数')).toBeLessThan(JSON.stringify(body).indexOf('其中免费使用次数'))
  })

  test('leaves out the case’s own number', () => {
    expect(words.body('publish/product', { product: 'case-x', description: '说明', 'price-class': 'public-welfare' }, nameOf)).toEqual({ 说明: '说明', 价格类别: '用于公益事业' })
  })
})
