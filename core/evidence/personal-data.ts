import type { Json } from '#core/json.ts'

/** Eighteen characters with a birthday inside, standing alone (GB 11643-1999). */
const IDENTITY_NUMBER = /(?<![0-9A-Za-z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])/g
/** A mobile number of the mainland, standing alone. */
const MOBILE_NUMBER = /(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])/

/** What both have in common: most texts are done with here. */
const ELEVEN_DIGITS = /\d{11}/

/** unit: weight of each of the first seventeen digits; source: GB 11643-1999 (ISO 7064 MOD 11-2) */
const CHECK_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** By the remainder of the weighted sum, GB 11643-1999. */
const CHECK_CHARACTERS = '10X98765432'

/** False where a value with this JSON text certainly holds nothing that `pathOfPersonalData` would find. */
export function mayHoldPersonalData(json: string): boolean {
  return ELEVEN_DIGITS.test(json)
}

/**
 * Where a value holds what is certainly about a person, a resident identity number or a mobile number:
 * its path, or undefined. A last guard only: names cannot be recognised, so callers commit to them.
 */
export function pathOfPersonalData(value: Json, path = '$'): string | undefined {
  if (typeof value === 'string') return namesPerson(value) ? path : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const isList = Array.isArray(value)
  for (const [key, item] of Object.entries(value)) {
    if (!isList && namesPerson(key)) return `${path}.(key)`
    const found = pathOfPersonalData(item, isList ? `${path}[${key}]` : `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

function namesPerson(text: string): boolean {
  if (!ELEVEN_DIGITS.test(text)) return false
  if (MOBILE_NUMBER.test(text)) return true
  return [...text.matchAll(IDENTITY_NUMBER)].some(([number]) => hasIdentityCheck(number))
}

function hasIdentityCheck(number: string): boolean {
  const sum = CHECK_WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[at]), 0)
  return CHECK_CHARACTERS[sum % CHECK_CHARACTERS.length] === number.at(-1)?.toUpperCase()
}
