import { CHECKS, MARKS, type DescribedSet } from '#core/disclosure-control/entity-sets.ts'

const HALF = 32n
const LOWER = 0xffffffffn
const MIX = [0x9e3779b97f4a7c15n, 0xbf58476d1ce4e5b9n, 0x94d049bb133111ebn] as const

/** A scrambling without randomness: the same number gives the same 64 bits (splitmix64). */
export function scrambled(entity: number): bigint {
  let bits = BigInt.asUintN(64, BigInt(entity + 1) * MIX[0])
  bits = BigInt.asUintN(64, (bits ^ (bits >> 30n)) * MIX[1])
  bits = BigInt.asUintN(64, (bits ^ (bits >> 27n)) * MIX[2])
  return bits ^ (bits >> 31n)
}

/** A set as the statement of entity-sets-sql.ts describes it, from the hashes of its entities. */
export function describedSet(hashes: readonly bigint[], kind = 'person'): DescribedSet {
  const marks = new Uint32Array(MARKS)
  const checks = new Uint8Array(CHECKS)
  for (const hash of hashes) {
    const part = Number((hash >> HALF) % BigInt(CHECKS))
    const kept = Number(hash & LOWER)
    marks[part % MARKS] = (marks[part % MARKS] ?? 0) ^ kept
    checks[part] = (checks[part] ?? 0) ^ (kept & 0xff)
  }
  return { kind, entities: hashes.length, digests: [...marks].map((mark) => mark.toString(16).padStart(8, '0')).join('') + [...checks].map((check) => check.toString(16).padStart(2, '0')).join('') + '00000000' }
}

/** The set of entities with these numbers. */
export function setOf(entities: readonly number[], kind = 'person'): DescribedSet {
  return describedSet(entities.map(scrambled), kind)
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, position) => from + position)
