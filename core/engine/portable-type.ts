/** The types a portable statement knows: those of a declared table, and what computing with them gives. */
export type PortableType =
  | { readonly kind: 'text' | 'boolean' | 'date' | 'timestamp' | 'double' }
  /** `wide`: a sum, which needs more than 64 bits. */
  | { readonly kind: 'integer'; readonly wide: boolean }
  | { readonly kind: 'decimal'; readonly scale: number }
  /** A bare NULL, which takes the type of what stands beside it. */
  | { readonly kind: 'null' }

export type PortableKind = PortableType['kind']

export const TEXT: PortableType = { kind: 'text' }
export const BOOLEAN: PortableType = { kind: 'boolean' }
export const DATE: PortableType = { kind: 'date' }
export const TIMESTAMP: PortableType = { kind: 'timestamp' }
export const DOUBLE: PortableType = { kind: 'double' }
export const INTEGER: PortableType = { kind: 'integer', wide: false }
export const WIDE_INTEGER: PortableType = { kind: 'integer', wide: true }

/** unit: digits; source: the widest decimal of both engines */
export const DECIMAL_DIGITS = 38

/** Whether one can count with it. */
export function isNumber({ kind }: PortableType): boolean {
  return kind === 'integer' || kind === 'decimal' || kind === 'double'
}

/** A date or a date with its time. */
export function isMoment({ kind }: PortableType): boolean {
  return kind === 'date' || kind === 'timestamp'
}

/** The type in which values of both can be compared or stand in one column; null where there is none. */
export function commonType(one: PortableType, other: PortableType): PortableType | null {
  if (one.kind === 'null') return other
  if (other.kind === 'null') return one
  if (one.kind === 'integer' && other.kind === 'integer') return one.wide ? one : other
  if (isNumber(one) && isNumber(other)) {
    if (one.kind === 'double' || other.kind === 'double') return DOUBLE
    return { kind: 'decimal', scale: Math.max(scaleOf(one), scaleOf(other)) }
  }
  if (isMoment(one) && isMoment(other)) return one.kind === other.kind ? one : TIMESTAMP
  return one.kind === other.kind ? one : null
}

/** Digits after the point; none for an integer. */
export function scaleOf(type: PortableType): number {
  return type.kind === 'decimal' ? type.scale : 0
}

/** The type's name on the scale-out engine. Every column there can be missing a value, as it can on the reference engine. */
export function clickHouseType(type: PortableType): string {
  return `Nullable(${bareClickHouseType(type)})`
}

function bareClickHouseType(type: PortableType): string {
  switch (type.kind) {
    case 'text': return 'String'
    case 'boolean': return 'Bool'
    case 'date': return 'Date32'
    // It has no time without a zone; in this one nothing ever shifts.
    case 'timestamp': return "DateTime64(6, 'UTC')"
    case 'double': return 'Float64'
    case 'integer': return type.wide ? 'Int128' : 'Int64'
    case 'decimal': return `Decimal(${DECIMAL_DIGITS}, ${type.scale})`
    case 'null': return 'Nothing'
  }
}
