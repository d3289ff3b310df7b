import { describe, expect, test } from 'vitest'
import { protectionRulesSchema } from '#core/protection/protection-rules.ts'
import { choiceOf, choicesFor, complete, emptyDraft, groupsFrom, numbersFrom, ruleFor, ruleOf, withRule } from './draft.ts'

describe('rules as they are being written', () => {
  test('keep one rule for each column, in its place', () => {
    const remove = ruleFor('name', 'remove')
    const draft = withRule(withRule(emptyDraft, 'name', remove), 'born', ruleFor('born', 'interval'))
    const changed = withRule(draft, 'name', ruleFor('name', 'mask'))
    expect([changed.columns.map(({ column, method }) => `${column} ${method}`), ruleOf(changed, 'other')]).toEqual([['name mask', 'born generalise'], undefined])
    expect(withRule(changed, 'name', null).columns.map(({ column }) => column)).toEqual(['born'])
  })
  test('offer what fits the type, and begin with what can be sent as it is', () => {
    for (const type of ['text', 'integer', 'date', 'decimal']) {
      for (const choice of choicesFor({ type, role: 'ordinary' })) {
        const rule = ruleFor('x', choice)
        expect(choiceOf(rule ?? undefined)).toBe(choice)
        if (rule !== null) expect(protectionRulesSchema.safeParse({ columns: [rule] }).success).toBe(true)
      }
    }
    expect(choicesFor({ type: 'text', role: 'entity-key' })).toEqual(['none', 'pseudonym'])
  })
  test('are sent without what is begun and not complete', () => {
    const begun = { ...withRule(emptyDraft, 'born', { column: 'born', method: 'generalise', generalisation: { by: 'bounds', bounds: [] } }), privacyBudget: { milliEpsilon: 1, bounds: {}, domains: { a: [], b: ['x'] }, groupsPerEntity: 1 } }
    expect(complete(begun)).toEqual({ columns: [], rows: [], privacyBudget: { milliEpsilon: 1, bounds: {}, domains: { b: ['x'] }, groupsPerEntity: 1 } })
    expect(complete(emptyDraft)).toEqual(emptyDraft)
  })
  test('read groups and bounds as people write them', () => {
    expect(groupsFrom('锦江区 = 中心城区\n金堂县=郊区\n没有等号\n=空')).toEqual({ 锦江区: '中心城区', 金堂县: '郊区' })
    expect(numbersFrom('0、18，60 -5')).toEqual([0, 18, 60, -5])
  })
})
