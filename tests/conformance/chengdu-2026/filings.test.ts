import { describe, expect } from 'vitest'
import { file, plan } from '#tests/support/authorization-contents.ts'
import { agreementToSign, planInForce, selectionConcluded, signBoth } from '#tests/support/authorization-story.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { CHENGDU } from '#tests/support/chengdu-cast.ts'
import { agreement, signingCheck } from '#tests/support/authorization-contents.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('filings', ['implementation-plan', 'operation-agreement'])

const story = () => fresh(CHENGDU)
const late = (told: StoryCase, task: string) => told.effects('notify').filter((one) => one['task'] === task && one['notice'] === '逾期提示')

describe('the filing of a plan with the province', () => {
  const filed = (on: string) => ({ on, who: 'authority', task: 'file-with-province', outcome: 'filed', contents: { 'filing-receipt': { number: '川数备〔2026〕31号', date: on } } })

  test('cd26-12.2: approved on 2026-09-18, the filing is in time on 10-09 and late on 10-10, but taken and marked', () => {
    const inTime = planInForce(story(), plan(), '2026-09-18')
    expect([inTime.due('file-with-province'), inTime.state.tasks.map((task) => task.organization)]).toEqual(['2026-10-09', ['development-commission']])
    expect(inTime.act(filed('2026-10-09')).lateness('file-with-province')).toBe(0)
    expect([inTime.status, inTime.open]).toEqual(['in-force', []])
    const slow = planInForce(story(), plan(), '2026-09-18').time('2026-10-09')
    expect(late(slow, 'file-with-province')).toEqual([])
    expect(late(slow.time('2026-10-10'), 'file-with-province')).toMatchObject([{ to: ['data-authority'] }])
    expect(slow.act(filed('2026-10-10')).lateness('file-with-province')).toBe(1)
  })

  test('cd26-12.2: the receipt bears a number and no date to come; a meeting of Friday is entered on Monday with Friday’s date', () => {
    const approved = planInForce(story())
    approved.refuses({ ...filed('2026-07-20'), contents: { 'filing-receipt': { number: '', date: '2026-07-20' } } }, 'content-must-be-present', null)
    approved.refuses({ ...filed('2026-07-20'), contents: { 'filing-receipt': { number: '31号', date: '2026-07-21' } } }, 'receipt-must-not-lie-ahead', null)
    approved.refuses({ ...filed('2026-07-20'), who: 'drafter' }, 'actor-must-hold-office', 'cd26-12.2')
    expect(approved.due('file-with-province')).toBe('2026-07-24')
  })
})

describe('the filing of an agreement', () => {
  const signed = (on = '2026-09-22') => {
    const told = story()
    const approved = planInForce(told)
    return signBoth(agreementToSign(told, approved, selectionConcluded(told, approved)), on)
  }
  const sent = (on: string) => ({ on, who: 'drafter', task: 'file-agreement', outcome: 'sent', contents: { 'agreement-filing': { number: '成数中心〔2026〕9号', date: on, agreement: file('协议.pdf') } } })
  const confirm = (on: string) => ({ on, who: 'authority', task: 'confirm-filing', outcome: 'confirm', contents: { 'filing-confirmation': { number: '成数备〔2026〕2号', date: on } } })

  test('cd26-15.2a: signed on 2026-09-22, in time on 10-13 and late on 10-14; the data authority confirms with a number', () => {
    expect(signed().due('file-agreement')).toBe('2026-10-13')
    expect(signed().act(sent('2026-10-13')).lateness('file-agreement')).toBe(0)
    const slow = signed().time('2026-10-13')
    expect(late(slow, 'file-agreement')).toEqual([])
    expect(late(slow.time('2026-10-14'), 'file-agreement')).toMatchObject([{ to: ['data-authority'] }])
    expect(slow.act(sent('2026-10-14')).lateness('file-agreement')).toBe(1)
    const filed = signed().act(sent('2026-09-24'))
    filed.refuses({ ...confirm('2026-09-28'), who: 'manager' }, 'actor-must-hold-office', 'cd26-15.2')
    filed.refuses({ ...confirm('2026-09-28'), contents: { 'filing-confirmation': { number: '', date: '2026-09-28' } } }, 'content-must-be-present', 'cd26-15.2')
    expect(filed.act(confirm('2026-09-28')).state.contents['filing-confirmation']?.value).toMatchObject({ number: '成数备〔2026〕2号' })
  })

  test('cd26-15.2a: the day of signing is that of the later signature', () => {
    const told = story()
    const approved = planInForce(told)
    const signature = { 'text-hash': hashOf(agreement()) }
    const both = agreementToSign(told, approved, selectionConcluded(told, approved))
      .act({ on: '2026-09-21', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': signature } })
      .act({ on: '2026-09-22', who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': signature, 'signing-check': signingCheck('2026-09-22') } })
    expect(both.due('file-agreement')).toBe('2026-10-13')
  })

  test('cd26-15.2a: what is returned is sent again', () => {
    const back = signed().act(sent('2026-09-24')).act({ on: '2026-09-28', who: 'authority', task: 'confirm-filing', outcome: 'return-for-change', contents: { opinion: '请补充附件' } })
    expect(back.open).toEqual(['publish-authorization', 'send-again'])
    back.act({ ...sent('2026-09-29'), task: 'send-again' })
    expect(back.act(confirm('2026-09-30')).open).toEqual(['file-with-province', 'publish-authorization'])
  })

  test('cd26-15.2b: confirmed on 2026-09-28, it goes on to the province by 10-16, a time set by the pack and not by Article 15', () => {
    const filed = signed().act(sent('2026-09-24')).act(confirm('2026-09-28'))
    expect(filed.due('file-with-province')).toBe('2026-10-16')
    expect(filed.state.tasks.find((task) => task.step === 'file-with-province')?.clock?.basis).toMatchObject({ kind: 'platform-default' })
    const receipt = (on: string, date = on) => ({ on, who: 'authority', task: 'file-with-province', outcome: 'filed', contents: { 'filing-receipt': { number: '川数备77号', date } } })
    filed.refuses(receipt('2026-10-16', '2026-10-17'), 'receipt-must-not-lie-ahead', null)
    filed.refuses({ ...receipt('2026-10-16'), who: 'drafter' }, 'actor-must-hold-office', 'cd26-15.2')
    expect(filed.act(receipt('2026-10-19')).lateness('file-with-province')).toBe(1)
    expect([filed.status, filed.open]).toEqual(['in-force', ['publish-authorization']])
  })
})
