import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'

/** Puts a value at a path of a case's contents, making the groups on the way: `subject.kind` → `{ subject: { kind } }`. */
export function placeContent(into: Record<string, Json>, path: readonly string[], value: Json): void {
  const [head = '', ...rest] = path
  if (rest.length === 0) {
    into[head] = value
    return
  }
  const inner = into[head]
  const group: JsonObject = isObject(inner) ? inner : {}
  into[head] = group
  placeContent(group, rest, value)
}
