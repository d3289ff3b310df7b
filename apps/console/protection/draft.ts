import type { ColumnRule, ProtectionRules } from '#core/protection/protection-rules.ts'

/** The rules as they are being written; nothing is sent before they are proposed. */
export type Draft = ProtectionRules

export const emptyDraft: Draft = { columns: [], rows: [] }

/** The rule of a column, or none. */
export function ruleOf(draft: Draft, column: string): ColumnRule | undefined {
  return draft.columns.find((rule) => rule.column === column)
}

/** The draft with another rule for a column, in its old place; null takes the rule away. */
export function withRule(draft: Draft, column: string, rule: ColumnRule | null): Draft {
  const known = draft.columns.some((one) => one.column === column)
  if (rule === null) return { ...draft, columns: draft.columns.filter((one) => one.column !== column) }
  return { ...draft, columns: known ? draft.columns.map((one) => (one.column === column ? rule : one)) : [...draft.columns, rule] }
}

/** The draft without what is begun and not yet complete: groups without values, bounds without a number. */
export function complete(draft: Draft): Draft {
  const columns = draft.columns.filter((rule) => !(rule.method === 'generalise' && rule.generalisation.by === 'bounds' && rule.generalisation.bounds.length === 0))
  const { privacyBudget, ...rest } = draft
  if (privacyBudget === undefined) return { ...rest, columns }
  return { ...rest, columns, privacyBudget: { ...privacyBudget, domains: Object.fromEntries(Object.entries(privacyBudget.domains).filter(([, values]) => values.length > 0)) } }
}

/** What can be chosen for a column: nothing, and the methods that fit its type. */
export type Choice = 'none' | 'remove' | 'pseudonym' | 'mask' | 'prefix' | 'tree' | 'interval' | 'bounds' | 'date'

const BY_TYPE: Readonly<Record<string, readonly Choice[]>> = {
  text: ['none', 'mask', 'prefix', 'tree', 'pseudonym', 'remove'], integer: ['none', 'interval', 'bounds', 'remove'], date: ['none', 'date', 'remove'],
}

/** The choices for a column; the key of the entities is a pseudonym either way. */
export function choicesFor({ type, role }: { type: string; role: string }): readonly Choice[] {
  return role === 'entity-key' ? ['none', 'pseudonym'] : (BY_TYPE[type] ?? ['none', 'remove'])
}

export function choiceOf(rule: ColumnRule | undefined): Choice {
  if (rule === undefined) return 'none'
  return rule.method === 'generalise' ? rule.generalisation.by : rule.method
}

const USUAL_WIDTH = 10 // a suggestion in the form, no rule
const USUAL_PREFIX = 4 // as above: the division of a city
const USUAL_BOUNDS = [0, 18, 60] // as above: ages

/** The rule that a choice begins with. */
export function ruleFor(column: string, choice: Choice): ColumnRule | null {
  switch (choice) {
    case 'none': return null
    case 'remove': return { column, method: 'remove' }
    case 'pseudonym': return { column, method: 'pseudonym' }
    case 'mask': return { column, method: 'mask', kind: 'text' }
    case 'prefix': return { column, method: 'generalise', generalisation: { by: 'prefix', characters: USUAL_PREFIX } }
    case 'interval': return { column, method: 'generalise', generalisation: { by: 'interval', width: USUAL_WIDTH, origin: 0 } }
    case 'bounds': return { column, method: 'generalise', generalisation: { by: 'bounds', bounds: USUAL_BOUNDS } }
    case 'date': return { column, method: 'generalise', generalisation: { by: 'date', unit: 'year' } }
    case 'tree': return { column, method: 'generalise', generalisation: { by: 'tree', groups: {}, others: '其他' } }
  }
}

/** Lines like “锦江区=中心城区” as groups; lines without a sign of equality are left out. */
export function groupsFrom(text: string): Record<string, string> {
  return Object.fromEntries(text.split('\n').flatMap((line) => {
    const [value = '', group = ''] = line.split('=').map((part) => part.trim())
    return value === '' || group === '' ? [] : [[value, group] as const]
  }))
}

/** Whole numbers of a text, in the order in which they stand. */
export function numbersFrom(text: string): number[] {
  return text.split(/[^0-9-]+/).filter((part) => /^-?\d+$/.test(part)).map(Number)
}
