import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RECORD_PLATFORMS, recordPlatformPort } from '#adapters/ports/record-platform.ts'
import { startRecordKeeper } from '#apps/cli/counterparty.ts'
import { sendWaiting } from '#apps/worker/outbox.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { XIAN, handedIn, productRegistered, reviewed } from '#tests/support/xian-story.ts'
import { retell } from '../support/retell-story.ts'
import type { Retelling } from '../support/retelling-parts.ts'

let law: CaseLaw
let folder = ''
beforeAll(async () => {
  law = await lawOf('xian-2025')
  folder = await mkdtemp(join(tmpdir(), 'gongshu-node-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const NODE = 'demo/counterparties/national-node.ts'

/** unit: ms; the outbox waits half a second before it tries a message again */
const UNTIL_NEXT_TRY = 700

test('xa25-27.1a: sent on 2026-12-11 to a node that is down it waits; the node’s receipt of 2026-12-14 shows it published', async () => {
  const story = new Story(law, XIAN)
  const product = reviewed(handedIn(story, '2026-09-17'), '2026-09-18')
  productRegistered(story)
  product.act({ on: '2026-12-11', who: 'operator', task: 'publish', outcome: 'send' })

  await retell(story, async (platform) => {
    const down = await startRecordKeeper(NODE, join(folder, 'state'))
    await down.stop()
    await send(platform, down.address, '2026-12-11')
    expect(await standing(platform, product.id)).toEqual({ status: 'publishing', message: 'waiting', published: null })
    await sleep(UNTIL_NEXT_TRY)

    const node = await startRecordKeeper(NODE, join(folder, 'state'))
    platform.clock.today = legalDate('2026-12-14')
    await send(platform, node.address, '2026-12-14')
    await node.stop()
    expect(await standing(platform, product.id)).toEqual({ status: 'listed', message: 'done', published: { 'node-receipt': 'JD-1', 'published-on': '2026-12-14' } })
  })
})

async function send({ office, database }: Retelling, address: string, today: string): Promise<void> {
  const node = recordPlatformPort(RECORD_PLATFORMS['national-node'], address, async () => legalDate(today))
  await sendWaiting({ db: database.app.db, office, ports: { 'national-node': node }, log: { warn: () => undefined }, failpoint: () => undefined })
}

/** The product's status, its message to the node, and what the register of products says of its publication. */
async function standing({ database: { owner } }: Retelling, product: string) {
  const { status } = await owner.db.selectFrom('legal_case').select('status').where('id', '=', product).executeTakeFirstOrThrow()
  const { state } = await owner.db.selectFrom('outbox').select('state').where('case_id', '=', product).where('port', '=', 'national-node').executeTakeFirstOrThrow()
  const record = await owner.db.selectFrom('register_record').select('record').where('register', '=', 'products').where('key', '=', product).where('current', '=', true).executeTakeFirst()
  const published = record === undefined ? null : { 'node-receipt': record.record['node-receipt'], 'published-on': record.record['published-on'] }
  return { status, message: state, published }
}
