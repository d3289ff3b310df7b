/** Secret random whole numbers for noise, from the operating system. */
import { randomBytes } from 'node:crypto'

const bitsPerByte = 8

/** Uniform from 0 up to but not including the bound: what lies above it is drawn again, so nothing is favoured. */
export function uniformBelow(bound: bigint): bigint {
  if (bound <= 1n) return 0n
  const bits = (bound - 1n).toString(2).length
  const bytes = Math.ceil(bits / bitsPerByte)
  const mask = (1n << BigInt(bits)) - 1n
  for (;;) {
    const drawn = BigInt(`0x${randomBytes(bytes).toString('hex')}`) & mask
    if (drawn < bound) return drawn
  }
}
