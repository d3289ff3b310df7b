import { describe, expect, test } from 'vitest'
import type { FormField } from '#apps/api/wire/case.ts'
import { startingLinks, startingValues } from './prefill.ts'

const release: FormField[] = [
  { key: 'case-name', content: { type: 'text', title: '名称' }, required: true, value: '申请', text_hash: null },
  { key: 'request', content: { type: 'group', title: '申请', items: { purpose: { type: 'text', title: '用途' }, result: { type: 'reference', title: '作业', to: 'jobs' } } }, required: true, value: null, text_hash: null },
]

describe('a form starts', () => {
  test('with what stands in the case', () => {
    expect(startingValues(release)).toEqual({ 'case-name': '申请' })
  })

  test('with what the link brought, at the item of that name or the reference to that register', () => {
    expect(startingValues(release, { job: 'j-1' })).toEqual({ 'case-name': '申请', request: { result: 'j-1' } })
    expect(startingValues(release, { purpose: '研究' })).toEqual({ 'case-name': '申请', request: { purpose: '研究' } })
  })

  test('unchanged by what has no place in it', () => {
    expect(startingValues(release, { product: 'p', table: undefined })).toEqual({ 'case-name': '申请' })
  })
})

test('a required link with one candidate is chosen already; with two, or optional, a person chooses', () => {
  const one = { case_id: 'a', number: '1', title: '甲' }
  const two = { case_id: 'b', number: '2', title: '乙' }
  const link = (name: string, optional: boolean, candidates: (typeof one)[]) => ({ name, title: name, optional, candidates })
  expect(startingLinks([link('plan', false, [one]), link('old', true, [one]), link('agreement', false, [one, two])])).toEqual({ plan: 'a' })
  expect(startingLinks([link('agreement', false, [one, two])], { agreement: 'b' })).toEqual({ agreement: 'b' })
  expect(startingLinks([link('agreement', false, [one, two])], { agreement: 'c' })).toEqual({})
})
