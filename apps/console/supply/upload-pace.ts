/** How large the next piece is, and how fast the upload has been: pure reckoning, so that it can be tried without a network. */

/** unit: bytes; platform default: small enough to send again over a bad line, the largest within what the server takes */
export const FIRST_PIECE = 1024 * 1024
export const PIECE_MAX = 16 * 1024 * 1024
const PIECE_MIN = 256 * 1024
/** unit: ms; a piece that takes less may be larger, one that takes more should be smaller */
const QUICK_MS = 2_000
const SLOW_MS = 8_000
/** unit: ms; waits between tries where no answer comes */
const FIRST_WAIT_MS = 1_000
const LAST_WAIT_MS = 30_000
/** How much the last piece counts in the rate that is shown. */
const NEWEST = 0.3

export function nextPiece(size: number, tookMs: number): number {
  if (tookMs < QUICK_MS) return Math.min(PIECE_MAX, size * 2)
  return tookMs > SLOW_MS ? Math.max(PIECE_MIN, Math.floor(size / 2)) : size
}

/** Bytes in a second, smoothed over the last pieces. */
export function smoothed(before: number | null, bytes: number, tookMs: number): number {
  const now = (bytes / Math.max(1, tookMs)) * 1_000
  return before === null ? now : before * (1 - NEWEST) + now * NEWEST
}

/** How long to wait before the given try, counted from 0. */
export function waitBefore(attempt: number): number {
  return Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt)
}

/** `约 3 分钟`; null where nothing can be said yet. */
export function remainingText(left: number, rate: number | null): string | null {
  if (rate === null || rate <= 0) return null
  const seconds = Math.ceil(left / rate)
  if (seconds < 60) return `约 ${Math.max(1, seconds)} 秒`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 120 ? `约 ${minutes} 分钟` : `约 ${Math.round(minutes / 60)} 小时`
}
