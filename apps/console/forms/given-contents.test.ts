import { describe, expect, test } from 'vitest'
import type { FormField } from '#apps/api/wire/case.ts'
import type { Content } from '#core/pack/content-format.ts'
import { givenContents } from './given-contents.ts'

const field = (key: string, content: Content, required = true): FormField => ({ key, content, required, value: null, text_hash: null })
const plan: Content = {
  type: 'group',
  title: '方案',
  items: {
    name: { type: 'text', title: '名称' },
    note: { type: 'group', title: '备注', optional: true, items: { text: { type: 'text', title: '说明' } } },
    milestones: { type: 'table', title: '进度', columns: { name: { type: 'text', title: '节点' }, done: { type: 'flag', title: '完成' } } },
  },
}

describe('what a form sends', () => {
  test('is what was filled in; a false flag is filled in', () => {
    const values = { plan: { name: '授权', note: { text: '有' }, milestones: [{ name: '一', done: false }] } }
    expect(givenContents([field('plan', plan)], values)).toEqual(values)
  })

  test('leaves out empty texts, empty optional groups and rows in which nothing stands', () => {
    const values = { plan: { name: '  ', note: { text: '' }, milestones: [{ name: '一' }, { name: '' }, {}] } }
    expect(givenContents([field('plan', plan)], values)).toEqual({ plan: { milestones: [{ name: '一' }] } })
  })

  test('keeps a required group even when empty, so that the server names the missing item in it', () => {
    expect(givenContents([field('plan', plan)], {})).toEqual({ plan: { milestones: [] } })
  })

  test('leaves out an optional content that nobody touched, and a figure of which nothing is set', () => {
    const market: Content = { type: 'figure', title: '规模', unit: '万元' }
    expect(givenContents([field('plan', plan, false), field('market', market)], { market: { source: '', year: null } })).toEqual({})
    expect(givenContents([field('market', market)], { market: { value: 0, source: '' } })).toEqual({ market: { value: 0 } })
  })
})
