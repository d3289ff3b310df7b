import { useSyncExternalStore } from 'react'
import type { DeliveryView } from '#apps/api/wire/deliveries.ts'
import { ApiProblem, NoAnswer, request, send } from '#apps/console/api/request.ts'
import { api } from '#apps/console/paths.ts'
import { FIRST_PIECE, nextPiece, smoothed, waitBefore } from './upload-pace.ts'

/** How an upload of this window is: it goes on while the person reads other pages. */
export type Upload = {
  phase: 'sending' | 'paused' | 'waiting' | 'stopped' | 'done'
  received: number
  bytes: number
  /** Bytes in a second; null until a piece was sent. */
  rate: number | null
  /** Why it stopped. */
  error: unknown
}

type Running = { state: Upload; file: File; csrf: string; ending: AbortController }

const running = new Map<string, Running>()
const listeners = new Set<() => void>()

/** The upload of a delivery in this window; null where none runs here. */
export function useUpload(id: string): Upload | null {
  return useSyncExternalStore((tell) => {
    listeners.add(tell)
    return () => listeners.delete(tell)
  }, () => running.get(id)?.state ?? null)
}

function change(id: string, next: Partial<Upload>): void {
  const one = running.get(id)
  if (one === undefined) return
  one.state = { ...one.state, ...next }
  for (const tell of listeners) tell()
}

/** Sends the file from where the server has it. `whole` is told when the server has all of it. */
export function startUpload(delivery: Pick<DeliveryView, 'id' | 'received'>, file: File, csrf: string, whole: () => void): void {
  const { id } = delivery
  running.get(id)?.ending.abort()
  running.set(id, { file, csrf, ending: new AbortController(), state: { phase: 'sending', received: delivery.received ?? 0, bytes: file.size, rate: null, error: null } })
  change(id, {})
  void carryOn(id, whole)
}

export function pauseUpload(id: string): void {
  running.get(id)?.ending.abort()
  change(id, { phase: 'paused' })
}

export function resumeUpload(id: string, whole: () => void): void {
  const one = running.get(id)
  if (one === undefined) return
  one.ending = new AbortController()
  change(id, { phase: 'sending', error: null })
  void carryOn(id, whole)
}

/** Forgets an upload that was given up. */
export function forgetUpload(id: string): void {
  running.get(id)?.ending.abort()
  running.delete(id)
  for (const tell of listeners) tell()
}

// A window that is closed stops its uploads: it says so before. What was sent is kept, and the upload goes on from there.
window.addEventListener('beforeunload', (event) => {
  if ([...running.values()].some(({ state }) => state.phase === 'sending' || state.phase === 'waiting')) event.preventDefault()
})

async function carryOn(id: string, whole: () => void): Promise<void> {
  const one = running.get(id)
  if (one === undefined) return
  const { signal } = one.ending
  try {
    if (await sendAll(id, one, signal)) {
      await send('POST', api.finishUpload(id), undefined, one.csrf)
      change(id, { phase: 'done' })
      whole()
    }
  } catch (error) {
    if (!signal.aborted) change(id, { phase: 'stopped', error })
  }
}

/** Piece after piece; answers whether all is there. A line that is lost is waited for, as long as the person lets it. */
async function sendAll(id: string, one: Running, signal: AbortSignal): Promise<boolean> {
  let size = FIRST_PIECE
  let attempt = 0
  while (one.state.received < one.file.size) {
    if (signal.aborted) return false
    try {
      const began = performance.now()
      const from = one.state.received
      // oxlint-disable-next-line no-await-in-loop -- the next piece begins where this one ended
      const received = await sendPiece(id, one, from, size, signal)
      const took = performance.now() - began
      size = nextPiece(size, took)
      attempt = 0
      change(id, { phase: 'sending', received, rate: smoothed(one.state.rate, received - from, took) })
    } catch (error) {
      if (signal.aborted) return false
      if (!mayPass(error)) throw error
      change(id, { phase: 'waiting', rate: null })
      // oxlint-disable-next-line no-await-in-loop -- a lost line is given time
      await pause(waitBefore(attempt), signal)
      attempt += 1
      // oxlint-disable-next-line no-await-in-loop -- what counts is what the server has
      const received = await receivedBy(id, signal)
      if (received !== null) change(id, { received })
    }
  }
  return true
}

/** How much the server has; null while no answer comes. */
async function receivedBy(id: string, signal: AbortSignal): Promise<number | null> {
  try {
    return (await request<DeliveryView>(api.delivery(id), { signal })).received
  } catch (error) {
    if (error instanceof NoAnswer) return null
    throw error
  }
}

async function sendPiece(id: string, { file, csrf }: Running, from: number, size: number, signal: AbortSignal): Promise<number> {
  const bytes = await readPart(file, from, from + size)
  const hash = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const { received } = await request<{ received: number }>(api.piece(id, from), { method: 'PUT', headers: { 'content-type': 'application/octet-stream', 'x-csrf-token': csrf, 'x-piece-sha256': hash }, body: bytes, signal })
  return received
}

/** What another try may mend: no answer, a piece that was damaged on its way, one that was sent twice. */
const PASSING = new Set(['piece-must-begin-at-offset', 'piece-hash-must-match', 'piece-must-be-whole', 'upload-must-be-idle', 'requests-must-not-be-too-many'])

function mayPass(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof ApiProblem && PASSING.has(error.problem.code))
}

async function readPart(file: File, from: number, to: number): Promise<ArrayBuffer> {
  try {
    return await file.slice(from, to).arrayBuffer()
  } catch (cause) {
    throw new Error('所选文件在上传期间被改动、移走或者无法读取。请重新选择同一文件，将从中断处续传。', { cause })
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    const end = (): void => {
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', end, { once: true })
    // The line is back: no need to wait longer.
    window.addEventListener('online', end, { once: true })
  })
}

/** unit: bytes; enough to tell one export from another of the same size */
const ENDS = 1024 * 1024

/** SHA-256 over size, beginning and end of a file: by it the same file is known when an upload is taken up again. */
export async function fingerprintOf(file: File): Promise<string> {
  const parts = [new TextEncoder().encode(String(file.size)), new Uint8Array(await readPart(file, 0, ENDS)), new Uint8Array(await readPart(file, Math.max(0, file.size - ENDS), file.size))]
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
