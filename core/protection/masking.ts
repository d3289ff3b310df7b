/**
 * Masking: part of a text is replaced by stars, by the kind of the text. It keeps the look of a value, not its secrecy: a
 * masked value is no anonymous one, and whoever joins it with other columns may still recognise a person.
 */

/** How many characters at each end of a text stay readable, and how many at least must go; else all of it goes. */
export interface MaskShape {
  readonly first: number
  readonly last: number
  readonly hiddenAtLeast: number
}

/**
 * unit: characters; source: platform defaults after what public offices commonly show; the rules choose the kind, and a kind
 * that shows too much is replaced by `text`, which shows nothing.
 */
export const maskShapes = {
  /** 张三丰 → 张** */
  name: { first: 1, last: 0, hiddenAtLeast: 1 },
  /** 13800001234 → 138****1234 */
  mobile: { first: 3, last: 4, hiddenAtLeast: 4 },
  /** Division and the last digit: date of birth and sequence go. */
  'resident-id': { first: 6, last: 1, hiddenAtLeast: 8 },
  'bank-card': { first: 0, last: 4, hiddenAtLeast: 8 },
  'credit-code': { first: 2, last: 4, hiddenAtLeast: 8 },
  passport: { first: 1, last: 2, hiddenAtLeast: 4 },
  plate: { first: 2, last: 1, hiddenAtLeast: 3 },
  /** Anything else goes whole. */
  text: { first: 0, last: 0, hiddenAtLeast: 0 },
} as const satisfies Readonly<Record<string, MaskShape>>

export type ShapedMask = keyof typeof maskShapes
/** `address` keeps the text up to the county or district and hides street, house and door. */
export type MaskKind = ShapedMask | 'address'
export const maskKinds: readonly MaskKind[] = [...(Object.keys(maskShapes) as ShapedMask[]), 'address'] // keys of the object above

/** What the kinds are called by people. */
export const maskTitles: Readonly<Record<string, string>> = { name: '姓名', mobile: '手机号', 'resident-id': '居民身份证号', 'bank-card': '银行卡号', 'credit-code': '统一社会信用代码', passport: '护照号', plate: '车牌号', text: '全部隐去', address: '地址（保留到区县）' }

/** unit: stars; source: the length of a hidden address or text would tell addresses apart */
export const WHOLE_MASK = '******'
/** The last of these words in the first part of an address ends what stays readable. */
export const COUNTY_WORDS = '区县旗市'

/** The masked text. Characters are counted as people count them, also outside the basic plane. */
export function masked(text: string, kind: MaskKind): string {
  if (kind === 'address') return maskedAddress(text)
  if (kind === 'text') return WHOLE_MASK
  const { first, last, hiddenAtLeast } = maskShapes[kind]
  const characters = [...text]
  const hidden = characters.length - first - last
  if (hidden < Math.max(1, hiddenAtLeast)) return '*'.repeat(characters.length)
  return characters.slice(0, first).join('') + '*'.repeat(hidden) + characters.slice(characters.length - last).join('')
}

function maskedAddress(text: string): string {
  return `${new RegExp(COUNTY_PART, 'u').exec(text)?.[0] ?? ''}${WHOLE_MASK}`
}

/** From the beginning of an address to its county or district; the engine reads the same expression. */
export const COUNTY_PART = `^(?:[^${COUNTY_WORDS}0-9]{1,8}[${COUNTY_WORDS}]){1,3}`
