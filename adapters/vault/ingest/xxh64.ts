/**
 * XXH64 (xxHash specification 0.1.1) with seed 0 over a stream, in halves of 32 bits: with big integers it would take longer
 * than the decompression whose result it checks. No library of the registry does it without compiled code of its own.
 */

/** A number of 64 bits in two unsigned halves. */
interface Word {
  high: number
  low: number
}

const primes = {
  one: { high: 0x9e3779b1, low: 0x85ebca87 },
  two: { high: 0xc2b2ae3d, low: 0x27d4eb4f },
  three: { high: 0x165667b1, low: 0x9e3779f9 },
  four: { high: 0x85ebca77, low: 0xc2b2ae63 },
  five: { high: 0x27d4eb2f, low: 0x165667c5 },
} as const satisfies Record<string, Word>
const zero: Word = { high: 0, low: 0 }
const halfBits = 32
const stripeBytes = 32
const laneBytes = 8

function add(one: Word, other: Word): Word {
  const low = one.low + other.low
  return { high: (one.high + other.high + (low > 0xffffffff ? 1 : 0)) >>> 0, low: low >>> 0 }
}

function multiply(one: Word, other: Word): Word {
  const [a1, a0, b1, b0] = [one.low >>> 16, one.low & 0xffff, other.low >>> 16, other.low & 0xffff]
  const lowest = a0 * b0
  const first = a1 * b0 + (lowest >>> 16)
  const second = a0 * b1 + (first & 0xffff)
  const carried = a1 * b1 + (first >>> 16) + (second >>> 16)
  return { high: (carried + Math.imul(one.high, other.low) + Math.imul(one.low, other.high)) >>> 0, low: Math.imul(one.low, other.low) >>> 0 }
}

function xor(one: Word, other: Word): Word {
  return { high: (one.high ^ other.high) >>> 0, low: (one.low ^ other.low) >>> 0 }
}

/** By 1 to 63 bits, but not 32. */
function rotate({ high, low }: Word, bits: number): Word {
  if (bits > halfBits) return rotate({ high: low, low: high }, bits - halfBits)
  return { high: ((high << bits) | (low >>> (halfBits - bits))) >>> 0, low: ((low << bits) | (high >>> (halfBits - bits))) >>> 0 }
}

function shiftRight({ high, low }: Word, bits: number): Word {
  return bits >= halfBits ? { high: 0, low: high >>> (bits - halfBits) } : { high: high >>> bits, low: ((low >>> bits) | (high << (halfBits - bits))) >>> 0 }
}

function round(lane: Word, input: Word): Word {
  return multiply(rotate(add(lane, multiply(input, primes.two)), 31), primes.one)
}

function mergeRound(hash: Word, lane: Word): Word {
  return add(multiply(xor(hash, round(zero, lane)), primes.one), primes.four)
}

function readWord(bytes: Buffer, at: number): Word {
  return { low: bytes.readUInt32LE(at), high: bytes.readUInt32LE(at + 4) }
}

/** The hash of all that was given. */
export class Xxh64 {
  /** The last is minus the first prime. */
  #lanes: [Word, Word, Word, Word] = [add(primes.one, primes.two), primes.two, zero, add(xor(primes.one, { high: 0xffffffff, low: 0xffffffff }), { high: 0, low: 1 })]
  #rest: Buffer = Buffer.alloc(0)
  #bytes = 0

  update(bytes: Buffer): void {
    this.#bytes += bytes.length
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    let [one, two, three, four] = this.#lanes
    for (; at + stripeBytes <= all.length; at += stripeBytes) {
      one = round(one, readWord(all, at))
      two = round(two, readWord(all, at + laneBytes))
      three = round(three, readWord(all, at + 2 * laneBytes))
      four = round(four, readWord(all, at + 3 * laneBytes))
    }
    this.#lanes = [one, two, three, four]
    this.#rest = Buffer.from(all.subarray(at))
  }

  digest(): bigint {
    const { high, low } = avalanche(this.#withRest(add(this.#merged(), { high: Math.floor(this.#bytes / 2 ** halfBits), low: this.#bytes >>> 0 })))
    return (BigInt(high) << BigInt(halfBits)) | BigInt(low)
  }

  #merged(): Word {
    if (this.#bytes < stripeBytes) return primes.five
    const [one, two, three, four] = this.#lanes
    const joined = add(add(rotate(one, 1), rotate(two, 7)), add(rotate(three, 12), rotate(four, 18)))
    return [one, two, three, four].reduce(mergeRound, joined)
  }

  #withRest(start: Word): Word {
    const rest = this.#rest
    let hash = start
    let at = 0
    for (; at + laneBytes <= rest.length; at += laneBytes) hash = add(multiply(rotate(xor(hash, round(zero, readWord(rest, at))), 27), primes.one), primes.four)
    if (at + 4 <= rest.length) {
      hash = add(multiply(rotate(xor(hash, multiply({ high: 0, low: rest.readUInt32LE(at) }, primes.one)), 23), primes.two), primes.three)
      at += 4
    }
    for (; at < rest.length; at += 1) hash = multiply(rotate(xor(hash, multiply({ high: 0, low: rest.readUInt8(at) }, primes.five)), 11), primes.one)
    return hash
  }
}

function avalanche(hash: Word): Word {
  const first = multiply(xor(hash, shiftRight(hash, 33)), primes.two)
  const second = multiply(xor(first, shiftRight(first, 29)), primes.three)
  return xor(second, shiftRight(second, 32))
}
