import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely } from 'kysely'
import type { JsonObject } from '#core/json.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import type { CaseOffice } from '#adapters/cases/case-office.ts'
import { loadCase } from '#adapters/cases/case-store.ts'
import { PortRefused } from '#adapters/ports/port.ts'
import type { Port, PortReceipt } from '#adapters/ports/port.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

export type OutboxParts = {
  db: Kysely<Tables>
  office: CaseOffice
  ports: Readonly<Record<string, Port>>
  log: { warn(fields: object, message: string): void }
  failpoint: (name: string) => Promise<void> | void
}

type Waiting = { id: string; case_id: string; handle: string; port: string; action: string; payload: JsonObject; concludes: string | null; branch: string; attempts: number }

const FIRST_PAUSE_MS = 500
const LAST_PAUSE_MS = 600_000 // ten minutes: an outage of an outside platform is noticed soon after its end

/** How a message stands after a try. */
type Outcome = { state: 'waiting' | 'done' | 'failed'; result: string | null; last_error: string | null; pauseMs: number }

/**
 * Sends what waits, once, oldest first, and concludes the steps that wait for receipts. Answers how many were sent.
 * A crash between sending and recording repeats the message under the same id; the receipt's conclusion has the
 * message's id as idempotency key, so that it is applied once.
 */
export async function sendWaiting(parts: OutboxParts): Promise<number> {
  let sent = 0
  while (await sendNext(parts)) sent += 1
  return sent
}

/**
 * The row's lock is the claim: another worker passes the message by while this one sends it, and where this one is
 * killed the database lets go at once, so that a restart does not wait for a claim to run out.
 */
async function sendNext(parts: OutboxParts): Promise<boolean> {
  return inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const message: Waiting | undefined = await tx.selectFrom('outbox').select(['id', 'case_id', 'handle', 'port', 'action', 'payload', 'concludes', 'branch', 'attempts'])
      .where('state', '=', 'waiting').where('next_at', '<=', sql<Date>`clock_timestamp()`)
      .orderBy('next_at').limit(1).forUpdate().skipLocked().executeTakeFirst()
    if (!message) return false
    const { pauseMs, ...outcome } = await sendOne(parts, message)
    await tx.updateTable('outbox').set({ ...outcome, attempts: message.attempts + 1, next_at: sql<Date>`clock_timestamp() + ${`${pauseMs} milliseconds`}::interval` })
      .where('id', '=', message.id).execute()
    return true
  }, { isolation: 'read committed' })
}

async function sendOne(parts: OutboxParts, message: Waiting): Promise<Outcome> {
  try {
    const port = parts.ports[message.port]
    if (!port) throw new PortRefused('port-must-be-configured', `没有配置对外接口“${message.port}”，请由经办人人工录入结果。`)
    await parts.failpoint('outbox.before-send')
    const receipt = await port.send({ id: message.id, caseId: message.case_id, action: message.action, payload: message.payload })
    await parts.failpoint('outbox.after-send')
    if (receipt !== null && message.concludes !== null) await conclude(parts, message, message.concludes, receipt)
    return { state: 'done', result: receipt === null ? null : JSON.stringify(receipt), last_error: null, pauseMs: 0 }
  } catch (error) {
    return failed(parts, message, error)
  }
}

/** Concludes the waiting step in the message's branch with the receipt's contents. */
async function conclude(parts: OutboxParts, message: Waiting, step: string, receipt: PortReceipt): Promise<void> {
  const state = await inTransaction(parts.db, { as: 'system' }, (tx) => loadCase(tx, message.case_id))
  const task = state?.tasks.find((one) => one.step === step && branchKey(one.branch) === message.branch)
  // Entered by hand in the meantime: the receipt stays on the message, the step is not concluded twice.
  if (!task) return
  const answer = await parts.office.actAsPlatform(message.case_id, { type: 'conclude', task: task.id, outcome: receipt.outcome, contents: receipt.contents }, `receipt-${message.id}-${task.id}`.slice(0, KEY_LENGTH))
  if (!answer.accepted) throw new PortRefused(answer.refusal.code, `${answer.refusal.message}${answer.refusal.cure}`)
}

const KEY_LENGTH = 200 // bound of an idempotency key

function failed(parts: OutboxParts, message: Waiting, error: unknown): Outcome {
  const text = error instanceof Error ? error.message : String(error)
  parts.log.warn({ message: message.id, port: message.port, action: message.action, attempts: message.attempts + 1, error: text }, 'outbox message not delivered')
  if (error instanceof PortRefused) return { state: 'failed', result: null, last_error: `${error.code}：${text}`, pauseMs: 0 }
  return { state: 'waiting', result: null, last_error: text, pauseMs: Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** message.attempts) }
}
