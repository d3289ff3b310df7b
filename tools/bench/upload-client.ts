/**
 * A client of its own that uploads as the browser does: pieces that grow with the line, each with its digest; after a lost
 * line it asks what the server has and goes on there. It tells each piece before it is sent and when it was taken, a line each.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { suppliedFile } from './bad-rows.ts'
import type { FileKind } from './bad-rows.ts'
import { NotTaken, ProviderDoor } from './provider-door.ts'

/** What the client is to do. */
export type UploadOrders = { url: string; login: string; password: string; id: string; kind: FileKind; bytes: number }
/** What it tells. */
export type UploadTold = { sending: number } | { received: number; piece: number }

/** Pieces grow on a good line as the browser's do. */
const FIRST_PIECE = 1024 * 1024
const PIECE_MAX = 16 * 1024 * 1024
const WAIT_MS = 1_000
const CONFLICT = 409
const tell = (told: UploadTold): void => void process.stdout.write(`${JSON.stringify(told)}\n`)

const orders = JSON.parse(process.argv[2] ?? '') as UploadOrders // written by whoever starts it
const file = suppliedFile(orders.kind, orders.bytes)
const door = await ProviderDoor.signIn(orders.url, orders.login, orders.password)
let received = (await door.delivery(orders.id)).received ?? 0
let size = FIRST_PIECE
while (received < file.bytes) {
  try {
    const bytes = file.piece(received, received + size)
    tell({ sending: received })
    received = await door.piece(orders.id, received, bytes)
    size = Math.min(PIECE_MAX, 2 * size)
    tell({ received, piece: bytes.length })
  } catch (error) {
    if (!(error instanceof NotTaken) || ![0, CONFLICT].includes(error.status)) throw error
    await delay(WAIT_MS)
    received = (await kept()) ?? received
  }
}
process.exit(0)

/** How much the server has; null while no answer comes. */
async function kept(): Promise<number | null> {
  try {
    return (await door.delivery(orders.id)).received
  } catch (error) {
    if (error instanceof NotTaken && error.status === 0) return null
    throw error
  }
}
