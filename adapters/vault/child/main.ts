/**
 * Entry of the vault's child process: it holds the key of one version for one task, so that neither sealing nor a crash
 * touches the server. What others wrote is read by a process of its own behind walls. It ends at once when its parent is gone.
 */
import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import { readBehindWalls } from '#adapters/vault/child/behind-walls.ts'
import type { Walls } from '#adapters/vault/child/behind-walls.ts'
import { failureOf } from '#adapters/vault/child/failure.ts'
import type { ChildAnswer, ChildTask } from '#adapters/vault/child/protocol.ts'
import { FrameBroken } from '#adapters/vault/child/frames.ts'
import { ingestTable } from '#adapters/vault/ingest/ingest-table.ts'
import type { ParseInRoom, SealedBase } from '#adapters/vault/ingest/ingest-table.ts'
import { lookAtTable } from '#adapters/vault/ingest/look-at-table.ts'
import type { LookInRoom } from '#adapters/vault/ingest/look-at-table.ts'
import type { Stage } from '#adapters/vault/ingest/staged-source.ts'
import type { Protection } from '#adapters/vault/materialise-protection.ts'
import { materialiseTable } from '#adapters/vault/materialise-table.ts'
import type { WriteBehind } from '#adapters/vault/materialise-table.ts'

const onlyOwner = 0o077
process.umask(onlyOwner)
process.on('disconnect', () => process.exit(1))
process.once('message', (message) => void answer(message as ChildTask)) // only our own parent writes on this channel

async function answer(task: ChildTask): Promise<void> {
  const said = await perform(task)
  // Exits by itself only when told: standard input may still be open after a refusal.
  process.send?.(said, () => process.exit(0))
}

async function perform(task: ChildTask): Promise<ChildAnswer> {
  // A Buffer arrives as a plain Uint8Array.
  const dataKey = Buffer.from(task.request.dataKey)
  try {
    if (task.task === 'ingest') return { answer: 'ingested', result: await ingestTable({ ...task.request, dataKey, ...withBaseKey(task.request.base) }, process.stdin, parseBehind(task.walls)) }
    if (task.task === 'look') return { answer: 'looked', result: await lookAtTable({ ...task.request, dataKey }, process.stdin, lookBehind(task.walls)) }
    return { answer: 'materialised', result: await materialiseTable({ ...task.request, dataKey, protection: withKey(task.request.protection) }, writeBehind(task.walls)) }
  } catch (error) {
    return { answer: 'failed', failure: failureOf(error) }
  } finally {
    dataKey.fill(0)
  }
}

function parseBehind(walls: Walls): ParseInRoom {
  return async (request, source, room) => {
    const said = await readBehindWalls(whole(walls), { read: 'table', request }, source, room)
    if (said.answer !== 'parsed') throw new Error('the reader answered another question')
    return said.result
  }
}

function lookBehind(walls: Walls): LookInRoom {
  return async (question, source, { stage }) => {
    const part = (): Promise<never> => Promise.reject(new Error('a look gives no part'))
    const said = await readBehindWalls(whole(walls), { read: 'question', question }, source, { stage, part })
    if (said.answer !== 'looked') throw new Error('the reader answered another question')
    return said.result
  }
}

function writeBehind(walls: Walls): WriteBehind {
  return async (request, { next, names, part }) => {
    const keep = (): Promise<never> => Promise.reject(new FrameBroken('a materialisation keeps no part'))
    const said = await readBehindWalls(whole(walls), { read: 'rows', request }, Readable.from([]), { stage: noStage, part, base: { next, keep }, names })
    if (said.answer !== 'written') throw new Error('the reader answered another question')
    return said.result
  }
}

/** A materialisation has no file to be read out of order. */
const noStage: Stage = {
  write: () => Promise.reject(new FrameBroken('there is no stage')),
  finish: () => Promise.reject(new FrameBroken('there is no stage')),
}

/** The filter, too, arrives as a plain Uint8Array. */
function whole(walls: Walls): Walls {
  const { filter } = walls.command
  return { ...walls, command: { ...walls.command, filter: filter === null ? null : Buffer.from(filter) } }
}

/** So does the key of the version before. */
function withBaseKey(base: SealedBase | undefined): { base?: SealedBase } {
  return base === undefined ? {} : { base: { ...base, dataKey: Buffer.from(base.dataKey) } }
}

/** The key of the pseudonyms, too. */
function withKey(protection: Protection | null): Protection | null {
  return protection === null || protection.pseudonymKey === null ? protection : { ...protection, pseudonymKey: Buffer.from(protection.pseudonymKey) }
}
