/**
 * Generalisation by a declared rule: a value is replaced by the group it belongs to. A generalised column keeps its type:
 * a number becomes the lower end of its interval, a date the first day of its period, a text a shorter or a broader one.
 */
import { z } from 'zod'

/** unit: characters; source: longer than any code of a division or an industry */
const PREFIX_MAX = 32
/** unit: entries; source: more than all divisions down to the township, 41,000; such a tree belongs into a catalog of codes */
const TREE_MAX = 50_000
/** unit: bounds; source: more steps than that are no generalisation */
const BOUNDS_MAX = 1_000

export const dateUnits = ['decade', 'year', 'quarter', 'month'] as const
export type DateUnit = (typeof dateUnits)[number]

/** How a column is generalised; everything that is needed stands in it, so that its digest tells what was done. */
export const generalisationSchema = z.discriminatedUnion('by', [
  /** A code keeps its first characters: 510104 → 5101. */
  z.strictObject({ by: z.literal('prefix'), characters: z.int().min(0).max(PREFIX_MAX) }),
  /** A whole number becomes the lower end of an interval of this width, counted from `origin`: 1987 → 1980. */
  z.strictObject({ by: z.literal('interval'), width: z.int().min(1), origin: z.int().default(0) }),
  /** A whole number becomes the highest bound that it reaches, and the lowest bound where it reaches none. */
  z.strictObject({ by: z.literal('bounds'), bounds: z.array(z.int()).min(1).max(BOUNDS_MAX) }),
  /** A date becomes the first day of its period. */
  z.strictObject({ by: z.literal('date'), unit: z.enum(dateUnits) }),
  /** A text becomes its group; what stands in no group becomes `others`. */
  z.strictObject({ by: z.literal('tree'), groups: z.record(z.string(), z.string()), others: z.string().min(1) }),
])
export type Generalisation = z.infer<typeof generalisationSchema>

/** Why a generalisation is none, in Chinese for the person who wrote it; null when it is sound. */
export function generalisationFault(rule: Generalisation): string | null {
  if (rule.by === 'bounds' && rule.bounds.some((bound, at) => at > 0 && bound <= (rule.bounds[at - 1] ?? bound))) return '分档界值应从小到大，且不重复'
  if (rule.by === 'tree' && Object.keys(rule.groups).length > TREE_MAX) return `分类对照超过${TREE_MAX}项`
  return null
}

/** The group of a whole number. */
export function generalisedNumber(value: bigint, rule: Extract<Generalisation, { by: 'interval' | 'bounds' }>): bigint {
  if (rule.by === 'interval') {
    const [width, from] = [BigInt(rule.width), value - BigInt(rule.origin)]
    const step = from / width - (from % width < 0n ? 1n : 0n)
    return BigInt(rule.origin) + step * width
  }
  return rule.bounds.map(BigInt).reduce((reached, bound) => (value >= bound ? bound : reached))
}

/** The group of a text. */
export function generalisedText(value: string, rule: Extract<Generalisation, { by: 'prefix' | 'tree' }>): string {
  if (rule.by === 'prefix') return [...value].slice(0, rule.characters).join('')
  return Object.hasOwn(rule.groups, value) ? (rule.groups[value] ?? rule.others) : rule.others
}

/** unit: years; source: a decade */
const DECADE = 10
/** unit: months; source: a quarter of a year */
const QUARTER = 3

/** The first day of a date's period. @param date as 2014-03-31 */
export function generalisedDate(date: string, unit: DateUnit): string {
  const [year = 0, month = 1] = date.split('-').map(Number)
  const firstYear = unit === 'decade' ? Math.floor(year / DECADE) * DECADE : year
  const firstMonth = unit === 'month' ? month : unit === 'quarter' ? month - ((month - 1) % QUARTER) : 1
  return `${String(firstYear).padStart('2014'.length, '0')}-${String(firstMonth).padStart('03'.length, '0')}-01`
}
