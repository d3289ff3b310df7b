/** Identifiers of persons and enterprises that can be told by their form and check digit. */
export const identifierKinds = ['resident-id', 'credit-code', 'mobile', 'bank-card', 'plate'] as const
export type IdentifierKind = (typeof identifierKinds)[number]

export const identifierTitles: Readonly<Record<IdentifierKind, string>> = {
  'resident-id': '公民身份号码',
  'credit-code': '统一社会信用代码',
  mobile: '手机号码',
  'bank-card': '银行卡号',
  plate: '机动车号牌',
}

/** unit: weights by position and modulus; source: GB 11643-1999, ISO 7064 MOD 11-2 */
const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const RESIDENT_CHECKS = '10X98765432'
/** unit: characters, weights by position; source: GB 32100-2015, MOD 31 */
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
/** unit: weight of each of the first 17 characters; source: GB 32100-2015 */
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
/** unit: decimal base; source: ISO/IEC 7812-1 annex B (Luhn) */
const DECIMAL_BASE = 10
/** unit: factor of every second digit; source: ISO/IEC 7812-1 annex B (Luhn) */
const LUHN_FACTOR = 2
/** unit: largest digit; source: ISO/IEC 7812-1 annex B */
const LARGEST_DIGIT = 9

const RESIDENT = /^[1-8]\d{5}((?:18|19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]$/
const CREDIT = /^[1-9A-HJ-NP-RTUWXY][0-9A-HJ-NP-RTUWXY]\d{6}[0-9A-HJ-NP-RTUWXY]{10}$/
const MOBILE = /^(?:\+?86)?1[3-9]\d{9}$/
const CARD = /^[3-6]\d{15,18}$/
const PLATE = /^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]·?(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|\d{5}[A-HJK]|[A-HJK][A-HJ-NP-Z0-9]\d{4})$/

/** Kinds whose form and check digit the whole value has; spaces and hyphens do not count. */
export function identifierKindsOf(value: string): readonly IdentifierKind[] {
  const text = value.replaceAll(/[\s-]/g, '').toUpperCase()
  return identifierKinds.filter((kind) => CHECKS[kind](text))
}

const CHECKS: Readonly<Record<IdentifierKind, (text: string) => boolean>> = {
  'resident-id': isResidentId,
  'credit-code': isCreditCode,
  mobile: (text) => MOBILE.test(text),
  'bank-card': (text) => CARD.test(text) && isLuhn(text),
  plate: (text) => PLATE.test(text),
}

function isResidentId(text: string): boolean {
  const parts = RESIDENT.exec(text)
  if (parts === null) return false
  const [, year = '', month = '', day = ''] = parts
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return false
  const sum = RESIDENT_WEIGHTS.reduce((total, weight, position) => total + weight * Number(text[position]), 0)
  return RESIDENT_CHECKS[sum % RESIDENT_CHECKS.length] === text.at(-1)
}

export function isCreditCode(text: string): boolean {
  if (!CREDIT.test(text)) return false
  const modulus = CREDIT_ALPHABET.length
  const sum = CREDIT_WEIGHTS.reduce((total, weight, position) => total + weight * CREDIT_ALPHABET.indexOf(text[position] ?? ''), 0)
  return CREDIT_ALPHABET[(modulus - (sum % modulus)) % modulus] === text.at(-1)
}

function isLuhn(digits: string): boolean {
  const sum = [...digits].toReversed().reduce((total, digit, position) => {
    const doubled = position % LUHN_FACTOR === 1 ? Number(digit) * LUHN_FACTOR : Number(digit)
    return total + (doubled > LARGEST_DIGIT ? doubled - LARGEST_DIGIT : doubled)
  }, 0)
  return sum % DECIMAL_BASE === 0
}
