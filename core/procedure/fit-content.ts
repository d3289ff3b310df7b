import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import { provisionOf } from '../pack/basis.ts'
import type { Basis } from '../pack/basis.ts'
import type { Content } from '../pack/content-format.ts'
import { contentRefusal } from './content-check.ts'

/** How a value written under one pack differs from what another pack declares. `place` is by titles. */
export type Misfit = { kind: 'missing' | 'unknown' | 'mistyped'; place: string; provision: string | null }

/** A value cut down to what a pack declares, and the declaration loosened by what the value lacks. */
export type Fitted = { value: Json | undefined; content: Content; misfits: Misfit[] }

/**
 * Lays a value on a declaration: what the declaration does not know is left out, what it asks for and the value lacks
 * becomes optional, and each is told. Invents nothing; neither argument is changed.
 */
export function fitContent(content: Content, value: Json | undefined, place: string, basis: Basis): Fitted {
  const rests = content.basis ?? basis
  const where = `${place}${content.title}`
  const misfit = (kind: Misfit['kind'], at = where): Misfit => ({ kind, place: at, provision: provisionOf(rests) })
  if (value === undefined || value === null || value === '') {
    if (content.optional === true) return { value: undefined, content, misfits: [] }
    return { value: undefined, content: { ...content, optional: true }, misfits: [misfit('missing')] }
  }
  if (content.type === 'group' && isObject(value)) {
    const row = fitRow(content.items, value, where, rests)
    return { value: row.value, content: { ...content, items: row.items }, misfits: [...row.unknown.map((key) => misfit('unknown', `${where}／${key}`)), ...row.misfits] }
  }
  if (content.type === 'table' && Array.isArray(value)) {
    let { columns } = content
    const misfits: Misfit[] = []
    const rows = value.filter(isObject).map((one, index) => {
      const row = fitRow(columns, one, `${where}第${index + 1}行`, rests)
      columns = row.items
      misfits.push(...row.unknown.map((key) => misfit('unknown', `${where}第${index + 1}行／${key}`)), ...row.misfits)
      return row.value
    })
    return { value: rows, content: { ...content, columns, min_rows: 0 }, misfits }
  }
  if (contentRefusal(content, value, '', rests) === null) return { value, content, misfits: [] }
  return { value: undefined, content: { ...content, optional: true }, misfits: [misfit('mistyped')] }
}

type FittedRow = { value: JsonObject; items: Record<string, Content>; unknown: string[]; misfits: Misfit[] }

function fitRow(declared: Readonly<Record<string, Content>>, value: JsonObject, place: string, basis: Basis): FittedRow {
  const fitted = Object.entries(declared).map(([key, one]) => [key, fitContent(one, value[key], `${place}／`, basis)] as const)
  return {
    value: Object.fromEntries(fitted.flatMap(([key, one]) => (one.value === undefined ? [] : [[key, one.value]]))),
    items: Object.fromEntries(fitted.map(([key, one]) => [key, one.content])),
    unknown: Object.keys(value).filter((key) => !(key in declared)),
    misfits: fitted.flatMap(([, one]) => one.misfits),
  }
}
