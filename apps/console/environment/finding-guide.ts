import type { JobView } from '#apps/api/wire/environment.ts'
import { FIGURE_GUIDES } from './guides-of-figures.ts'
import { ROW_GUIDES } from './guides-of-rows.ts'
import type { About, Guide } from './guide-parts.ts'

type Layer = JobView['layers'][number]

/** Rules whose report names the very cells, columns or releases that are to be changed: its own words come first. */
const NAMES_WHAT: ReadonlySet<string> = new Set(['suppressed-cell-recoverable'])

/** What advice names of a job: the column that names an entity, by its own name where there is one alone. */
export function aboutJob({ sql, entity_keys }: Pick<JobView, 'sql' | 'entity_keys'>): About {
  const [key, ...others] = new Set(entity_keys.flatMap(({ columns }) => columns))
  return { sql, key: key === undefined || others.length > 0 ? '主体标识' : key }
}

/** The guide to a finding; one whose rule is not known here is told in the report's own words. */
export function guideOf(layer: Layer, about: About = { sql: '', key: '主体标识' }): Guide {
  const own = layer.cure === '' ? [] : [layer.cure]
  const guide = (FIGURE_GUIDES[layer.title] ?? ROW_GUIDES[layer.title])?.(layer.evidence, about)
  if (guide === undefined) return { why: '', example: null, change: own }
  return NAMES_WHAT.has(layer.title) ? { ...guide, change: [...own, ...guide.change] } : guide
}

/** Whether a rule is explained here, so that nobody meets one that is not. */
export function isGuided(rule: string): boolean {
  return FIGURE_GUIDES[rule] !== undefined || ROW_GUIDES[rule] !== undefined
}
