import { expect, test } from 'vitest'
import { FIRST_PIECE, PIECE_MAX, nextPiece, remainingText, smoothed, waitBefore } from './upload-pace.ts'

test('pieces grow on a quick line up to the most, shrink on a slow one, and stay in between', () => {
  expect([nextPiece(FIRST_PIECE, 1_999), nextPiece(PIECE_MAX, 10), nextPiece(FIRST_PIECE, 5_000), nextPiece(FIRST_PIECE, 8_001), nextPiece(262_144, 60_000)]).toEqual([2 * FIRST_PIECE, PIECE_MAX, FIRST_PIECE, FIRST_PIECE / 2, 262_144])
})

test('the rate follows the last pieces without jumping', () => {
  expect(smoothed(null, 1_000, 500)).toBe(2_000)
  expect(smoothed(2_000, 0, 500)).toBe(1_400)
})

test('the remaining time is told in words that a person would use', () => {
  expect([remainingText(10, null), remainingText(10, 100), remainingText(5_900, 100), remainingText(6_100, 100), remainingText(60 * 119 * 100, 100), remainingText(60 * 121 * 100, 100)]).toEqual([null, '约 1 秒', '约 59 秒', '约 2 分钟', '约 119 分钟', '约 2 小时'])
})

test('waits double up to half a minute', () => {
  expect([0, 1, 4, 5, 20].map(waitBefore)).toEqual([1_000, 2_000, 16_000, 30_000, 30_000])
})
