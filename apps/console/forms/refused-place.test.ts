import { describe, expect, test } from 'vitest'
import type { FormField } from '#apps/api/wire/case.ts'
import type { Problem } from '#apps/api/wire/refusal.ts'
import { contentRefusal } from '#core/procedure/content-check.ts'
import type { JsonObject } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import { refusedPlace } from './refused-place.ts'

const plan: Content = {
  type: 'group',
  title: '实施方案',
  items: {
    name: { type: 'text', no: '（一）', title: '名称', min: 2 },
    resources: { type: 'table', no: '（五）', title: '数据资源目录', key: 'entry', columns: { entry: { type: 'text', title: '条目' }, rows: { type: 'number', title: '行数' } } },
    term: { type: 'group', title: '期限', items: { end: { type: 'date', title: '届满日' } } },
  },
}
const fields: FormField[] = [{ key: 'plan', content: plan, required: true, value: null, text_hash: null }]
const whole: JsonObject = { name: '授权', resources: [{ entry: 'a', rows: 1 }, { entry: 'b', rows: 2 }], term: { end: '2027-01-01' } }

/** Refused by the engine's own check, placed by ours: the two must agree on how a place is written. */
function placeOf(value: JsonObject): string | null {
  const refusal = contentRefusal(plan, value, '', { order: '测试' })
  if (refusal === null) return 'accepted'
  return refusedPlace(fields, problemWith(refusal.details ?? {}))
}

function problemWith(details: JsonObject): Problem {
  return { type: '', title: '', status: 422, detail: '', code: '', provision: null, cure: '', basis: null, details }
}

describe('a refusal is shown where it belongs', () => {
  test('at a missing item, at one inside a group, and nowhere when all is well', () => {
    expect(placeOf(whole)).toBe('accepted')
    expect(placeOf({ ...whole, name: '' })).toBe('plan/name')
    expect(placeOf({ ...whole, term: { end: '届满' } })).toBe('plan/term/end')
  })

  test('at the cell of a table', () => {
    expect(placeOf({ ...whole, resources: [{ entry: 'a', rows: 1 }, { entry: 'b', rows: '两' }] })).toBe('plan/resources/1/rows')
  })

  test('at the table where it has too few rows or repeats one', () => {
    expect(placeOf({ ...whole, resources: [] })).toBe('plan/resources')
    expect(placeOf({ ...whole, resources: [{ entry: 'a', rows: 1 }, { entry: 'a', rows: 2 }] })).toBe('plan/resources')
  })

  test('nowhere in particular where the server names no place, or one of another form', () => {
    expect(refusedPlace(fields, problemWith({}))).toBeNull()
    expect(refusedPlace(fields, problemWith({ content: '可行性论证报告／市场规模' }))).toBeNull()
  })
})
