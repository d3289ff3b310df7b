import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { service, source, story, supplied } from '#tests/support/chengdu-2020-story.ts'

describe('storage and transfer', () => {
  const carrier = (change: JsonObject) => ({
    on: '2026-03-24', who: 'operator', procedure: 'data-carrier',
    contents: { 'data-carrier': { name: '数据存储池', kind: 'storage', encrypted: true, cryptography: 'SM4', accounts: [{ account: 'zhao', person: '赵工', shared: false, purpose: '数据清洗' }], ...change } },
  })

  test('cd20-4.5d: a store without encryption, or with an account that several share, takes no data on 2026-03-24', () => {
    story().refusesOpening(carrier({ encrypted: false }), 'storage-must-be-encrypted', 'cd20-4.5')
    story().refusesOpening(carrier({ accounts: [{ account: 'ops', person: '运维组', shared: true, purpose: '运维' }] }), 'account-must-not-be-shared', 'cd20-4.5')
    story().refusesOpening(carrier({ accounts: [{ account: 'zhao', person: '赵工', shared: false, purpose: '' }] }), 'content-must-be-present', 'cd20-4.5')
    expect(story().open(carrier({})).status).toBe('in-use')
  })

  test('cd20-7.1g: a connection without encryption transfers nothing on 2026-03-24, and the cryptography is named', () => {
    story().refusesOpening(carrier({ kind: 'connection', encrypted: false }), 'connection-must-be-encrypted', 'cd20-7.1')
    story().refusesOpening(carrier({ kind: 'connection', cryptography: '' }), 'cryptography-must-be-named', 'cd20-9.1')
    expect(story().open(carrier({ kind: 'connection' })).status).toBe('in-use')
  })

  test('cd20-3.1c: a service with the name of patients and no protection rule is not offered on 2026-03-16; with one it is', () => {
    const told = story()
    supplied(told)
    const offering = (protection: string | null) => ({ on: '2026-05-14', who: 'engineer', procedure: 'service', contents: { service: service({ sources: [source({ protection })] }) } })
    told.refusesOpening(offering(null), 'protected-fields-must-have-a-rule', 'cd20-3.1')
    told.refusesOpening({ ...offering('名称不返回'), contents: { service: service({ statement: null }) } }, 'content-must-be-present', 'cd20-3.1')
    expect(told.open(offering('名称不返回')).status).toBe('drafted')
  })
})
