import { describe, expect, test } from 'vitest'
import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import type { Finding } from '#core/disclosure-control/finding.ts'
import { causesOfFailure, causesOfReport, countTries, mustBeLookedAt, shapeOfStatement } from './held-back-tries.ts'

const finding = (code: string, verdict: Finding['verdict'] = 'block', evidence: Finding['evidence'] = {}): Finding => ({ layer: 'entity-minimum', code, heading: 'direct-exposure', verdict, evidence, message: '', cure: '' })
const report = (...findings: Finding[]): DisclosureReport => ({ verdict: 'block', summary: '', sections: [{ heading: 'direct-exposure', title: '', verdict: 'block', findings }] })

describe('what an end tells of the data', () => {
  test('is each rule that was broken, once; rules that only ask for a look are none', () => {
    expect(causesOfReport(report(finding('too-few-entities'), finding('dominated-total'), finding('too-few-entities'), finding('zero-cells', 'review')))).toEqual(['dominated-total', 'too-few-entities'])
  })

  test('is nothing where the statement would be held back over any data', () => {
    expect(causesOfReport(report(finding('microdata-route', 'block', { decided: 'statement' }), finding('rare-values-raw')))).toEqual([])
    expect(causesOfReport(report(finding('microdata-route'), finding('rare-values-raw')))).toEqual(['microdata-route', 'rare-values-raw'])
  })

  test('is that it failed, unless the engine or the platform failed before a row was read', () => {
    const causes = (code: string, message: string) => causesOfFailure({ code, message })
    expect([causes('job-failed', '作业执行出错：Conversion Error'), causes('job-timeout', '作业超过时限，已被终止。'), causes('result-cell-too-large', '结果中有单个值过长：x')]).toEqual([['job-failed'], ['job-timeout'], ['result-cell-too-large']])
    expect([causes('job-failed', '作业执行出错：Binder Error: no such column'), causes('result-type-refused', ''), causes('job-interrupted', ''), causes('environment-failed', '')]).toEqual([[], [], [], []])
  })
})

describe('tries', () => {
  const one = (sql: string, ...causes: string[]) => ({ statement: sql, shape: shapeOfStatement(sql), causes: causes.length === 0 ? ['too-few-counted'] : causes })

  test('of one shape differ in constants, case, spacing and comments alone', () => {
    const asked = shapeOfStatement("select count(*) from persons where income > 50000 and name = 'a'")
    expect(shapeOfStatement("SELECT count( * )\nFROM persons -- again\nWHERE income>61234.5 AND name='it''s'")).toBe(asked)
    expect(shapeOfStatement("select count(*) from persons where income < 50000 and name = 'a'")).not.toBe(asked)
    expect(shapeOfStatement('select a1 from t2')).not.toBe(shapeOfStatement('select a2 from t2'))
  })

  test('count a statement once for each rule, however often it is handed in', () => {
    const tries = [one('select 1 from a'), one('select 1 from a'), one('select 2 from a', 'too-few-counted', 'dominated-total'), one('select 1 from b')]
    expect(countTries(tries, shapeOfStatement('select 9 from a'))).toEqual({ answers: 4, ofShape: 3 })
  })

  test('are looked at from the limit on, of all or of one shape', () => {
    const limits = { days: 7, most: 4, mostOfOneShape: 3 }
    const at = (answers: number, ofShape: number) => mustBeLookedAt({ answers, ofShape }, limits)
    expect([at(3, 2), at(4, 0), at(3, 3)]).toEqual([false, true, true])
  })
})
