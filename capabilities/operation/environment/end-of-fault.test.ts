import { expect, test } from 'vitest'
import { MaterialiseError } from '#adapters/vault/materialise-error.ts'
import { endOfFault } from './end-job.job.ts'

test('a job whose table could not be made ready ends with what stood in the way and what helps; an unknown fault says neither', () => {
  const told = new MaterialiseError('table-must-fit-memory', '准备数据表“就诊”时所需的内存超过上限，没有保留任何内容。')
  expect(endOfFault(told)).toEqual({ status: 'failed', elapsedMs: null, failure: { code: 'table-must-fit-memory', message: told.message, cure: '请减少所用的字段或者行，或者联系平台管理员调整上限。' } })
  expect(endOfFault(new Error('/secret/path'))).toMatchObject({ failure: { code: 'environment-failed', message: '平台未能完成作业，数据未受影响。' } })
})
