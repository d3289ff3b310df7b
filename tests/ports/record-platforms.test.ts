import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PortRefused } from '#adapters/ports/port.ts'
import type { Port } from '#adapters/ports/port.ts'
import { RECORD_PLATFORMS, recordPlatformPort } from '#adapters/ports/record-platform.ts'
import type { RecordPlatformName } from '#adapters/ports/record-platform.ts'
import { startRecordKeeper } from '#apps/cli/counterparty.ts'
import type { Counterparty } from '#apps/cli/counterparty.ts'
import { recordPlatformAddresses } from '#apps/worker/ports.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { JsonObject } from '#core/json.ts'

/** The outside platforms that take records, each as a process of its own, through the port that the worker uses. */
let folder = ''
let running: Counterparty | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-ports-'))
})
afterEach(async () => {
  await running?.stop()
  running = undefined
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const PROGRAMS: Record<RecordPlatformName, string> = {
  'credit-list': 'demo/counterparties/credit-list.ts',
  registrar: 'demo/counterparties/registrar.ts',
  procurement: 'demo/counterparties/procurement.ts',
  'information-column': 'demo/counterparties/information-column.ts',
  'national-node': 'demo/counterparties/national-node.ts',
}

async function open(name: RecordPlatformName): Promise<Port> {
  running = await startRecordKeeper(PROGRAMS[name], join(folder, name))
  return recordPlatformPort(RECORD_PLATFORMS[name], running.address, async () => legalDate('2026-10-12'))
}

const message = (id: string, action: string, payload: JsonObject) => ({ id, caseId: 'case-1', action, payload })

const PENALTY: JsonObject = { subject: '某数据有限公司', 'credit-code': '91610100MA6ABCDE0X', document: '网信罚〔2026〕3号', authority: '市委网信办', ground: '《数据安全法》第四十五条', date: '2026-10-09' }
const ASKED: JsonObject = { name: '某数据有限公司', 'credit-code': '91610100MA6ABCDE0X' }
const APPLIED: JsonObject = { title: '停车引导服务', applicant: '秦数据运营有限公司', kind: 'product' }
const LISTED: JsonObject = { product: 'product-1', name: '停车引导服务', registration: 'GGSJ-610100-000001' }

describe('a message is taken in once, whatever happens on the way', () => {
  test.each<[RecordPlatformName, string, JsonObject, JsonObject]>([
    ['credit-list', 'check', ASKED, { 'credit-extract': { number: 'XY-1', listed: false, 'as-of': '2026-10-12', source: '公共信用信息平台' } }],
    ['registrar', 'apply', APPLIED, { 'registrar-receipt': { number: 'DJ-1', 'received-on': '2026-10-12' } }],
    ['procurement', 'publish', { title: '运营机构招标公告', number: 'ZB-2026-3', agency: '市数据局' }, { 'procurement-receipt': { number: 'CG-1', 'published-on': '2026-10-12', address: 'https://procurement.example/notices/CG-1' } }],
    ['information-column', 'publish', { title: '2026年度授权运营情况', kind: 'disclosure', text: '见附件' }, { 'column-receipt': { number: 'GK-1', 'published-on': '2026-10-12', address: 'https://disclosure.example/GK-1.html' } }],
    ['national-node', 'publish', LISTED, { 'node-receipt': { number: 'JD-1', 'published-on': '2026-10-12' } }],
  ])('%s answers %s with its receipt, again after a restart, and refuses half a message', async (name, action, payload, contents) => {
    const port = await open(name)
    const receipt = { outcome: 'received', contents }
    expect(await port.send(message('out-1', action, payload))).toEqual(receipt)
    expect(await port.send(message('out-1', action, payload))).toEqual(receipt)
    await expect(port.send(message('out-2', action, {}))).rejects.toThrow(PortRefused)
    await expect(port.send(message('out-3', 'dance', payload))).rejects.toMatchObject({ code: 'port-action-must-be-known' })
    await running?.stop()
    // Down: no refusal, the outbox tries again.
    const down = await port.send(message('out-4', action, payload)).catch((error: unknown) => error)
    expect([down instanceof Error, down instanceof PortRefused]).toEqual([true, false])
    expect(await (await open(name)).send(message('out-1', action, payload))).toEqual(receipt)
  })
})

describe('what each of them keeps', () => {
  test('the credit list knows who was reported, until the document is taken out', async () => {
    const port = await open('credit-list')
    const listed = async (id: string) => (await port.send(message(id, 'check', ASKED)))?.contents['credit-extract']
    expect(await port.send(message('report-1', 'report', PENALTY))).toMatchObject({ contents: { 'credit-receipt': { 'entered-on': '2026-10-12' } } })
    await expect(port.send(message('report-2', 'report', PENALTY))).rejects.toMatchObject({ code: 'outside-platform-refused' })
    expect(await listed('check-1')).toMatchObject({ listed: true })
    await port.send(message('removal-1', 'remove', PENALTY))
    expect(await listed('check-2')).toMatchObject({ listed: false })
  })

  test('a registration is cancelled once; a result needs its notice; a withdrawal needs its publication', async () => {
    const registrar = await open('registrar')
    await registrar.send(message('cancel-1', 'cancel', { ...APPLIED, code: 'GGSJ-610100-000001' }))
    await expect(registrar.send(message('cancel-2', 'cancel', { ...APPLIED, code: 'GGSJ-610100-000001' }))).rejects.toThrow('已经申请注销')
    await running?.stop()
    const procurement = await open('procurement')
    await expect(procurement.send(message('result-1', 'result', { title: '结果公告', number: 'ZB-2026-9', agency: '市数据局', winner: '秦数据运营有限公司' }))).rejects.toThrow('没有发布过')
    await running?.stop()
    const column = await open('information-column')
    await expect(column.send(message('withdraw-1', 'withdraw', { title: '信息', kind: 'disclosure', number: 'GK-99' }))).rejects.toThrow('没有公开过')
  })

  test('a product is on the node once, and can come back after it was withdrawn', async () => {
    const node = await open('national-node')
    const other = { ...LISTED, product: 'product-2' }
    await node.send(message('list-1', 'publish', other))
    await expect(node.send(message('list-2', 'publish', other))).rejects.toThrow('已经发布')
    await node.send(message('gone-1', 'withdraw', other))
    await expect(node.send(message('gone-2', 'withdraw', other))).rejects.toThrow('没有发布')
    expect(await node.send(message('list-3', 'publish', other))).toMatchObject({ outcome: 'received' })
  })
})

test('the environment names the platforms that this city reaches', () => {
  expect(recordPlatformAddresses({ GONGSHU_CREDIT_LIST: 'http://credit.example/', GONGSHU_NATIONAL_NODE: '', OTHER: 'x' })).toEqual({ 'credit-list': 'http://credit.example' })
})
