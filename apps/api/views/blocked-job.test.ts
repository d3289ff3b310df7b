import { expect, test } from 'vitest'
import { jobView } from './environment.ts'
import { awaitsReview, withoutMeasured } from './blocked-job.ts'
import type { Job } from '#capabilities/operation/environment/environment.store.ts'

const AT = new Date('2026-05-06T03:04:05.678Z')
const FINDING = { layer: 'entity-minimum', code: 'too-few-entities', heading: 'direct-exposure', verdict: 'block' } as const
const BLOCKED: Job = {
  id: 'job-1', agreement: 'agreement-1', organization: 'operator', author: 'analyst', scenario: '场景', purpose: '用途', sql: 'select 1', status: 'succeeded', failure: null, supplies: [], verdict: 'block', reportNote: null,
  columns: [], rowCount: 15_308, digest: 'a'.repeat(64), wrappedKey: null, startedAt: AT, begunAt: AT, endedAt: AT, elapsedMs: 1_234, release: null,
  report: {
    verdict: 'block', summary: '自动检查发现不得输出的情形。',
    sections: [{ heading: 'direct-exposure', title: '直接暴露', verdict: 'block', findings: [
      { ...FINDING, evidence: { rows: 15_308, of: 15_308, minimum: 10 }, message: '结果中有 15308 行涉及的主体不足 10 个，可能被认出。', cure: '请合并分组，或加上 HAVING count(distinct 主体标识) >= 10。' },
      { ...FINDING, code: 'cell-too-long', evidence: { column: 'x 12', bytes: 15_308, limit: 1_000 }, message: '字段“x 12”有长达 15308 字节的值，误差在 7% 以内，超过上限 1000。', cure: '' },
    ] }],
  },
}
const seen = jobView(BLOCKED, '周', null, { law: null, lineage: null, earlier: null, place: null, standing: null })

test('who asked for a job that is held back reads the rules that it broke, and no figure that the statement chose', () => {
  const told = withoutMeasured(seen)
  expect(JSON.stringify({ ...told, started_at: '' })).not.toMatch(/15308|aaaa|1234|678/)
  expect(told.layers.map(({ explanation }) => explanation)).toEqual(['结果中有若干行涉及的主体不足 10 个，可能被认出。', '有的字段有过长的值，可能夹带多行原始数据。'])
  expect(told.layers.map(({ evidence }) => evidence)).toEqual([{ minimum: 10, extent: '全部' }, { limit: 1_000 }])
  expect([told.elapsed_ms, told.ended_at, told.layers[0]?.cure]).toEqual([2_000, '2026-05-06T03:04:05.000Z', seen.layers[0]?.cure])
})

test('they read each rule once, none that passed, and nothing but that where the statement would be held back over any data', () => {
  const [few, long] = seen.layers
  if (few === undefined || long === undefined) throw new Error('the story has two findings')
  const told = (...layers: typeof seen.layers) => withoutMeasured({ ...seen, layers }).layers.map(({ title }) => title)
  expect(told(long, { ...long, evidence: { column: 'y' } }, few, { ...few, title: 'zero-cells', verdict: 'review' }, { ...few, title: 'no-identifiers', verdict: 'pass' })).toEqual(['cell-too-long', 'too-few-entities'])
  expect(told(long, { ...few, title: 'microdata-route', evidence: { decided: 'statement' } })).toEqual(['microdata-route'])
})

test('of a failure they read that it came about, and neither the column nor the kind of error that the data chose', () => {
  const told = (code: string, message: string) => withoutMeasured({ ...seen, failure: { code, message, cure: '' } }).failure?.message
  expect([told('job-failed', '作业执行出错：Conversion Error'), told('result-cell-too-large', '结果中有单个值过长：b7'), told('job-timeout', '作业超过时限，已被终止。')]).toEqual(['作业执行出错。', '结果中有单个值过长。', '作业超过时限，已被终止。'])
  expect(told('job-failed', '作业执行出错：Binder Error: no column x')).toBe('作业执行出错：Binder Error: no column x')
})

test('reviewers read every figure', () => {
  expect([seen.row_count, seen.digest === null, seen.layers[0]?.evidence['rows'], seen.layers[0]?.explanation.includes('15308')]).toEqual([15_308, false, 15_308, true])
})

test('a result that people must look at is shown to those who asked for it when it has been released, and not before', () => {
  expect([{ verdict: 'pass' }, { verdict: 'review' }, { verdict: 'review', release: 'release-1' }].map((change) => awaitsReview({ ...BLOCKED, ...change }))).toEqual([false, true, false])
})
