import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'

/**
 * Where a value stands in a form: keys and row numbers joined by `/`, e.g. `implementation-plan/resources/0/name`.
 * A text, so that it can be compared, serve as an element's id, and stay the same between two renderings.
 */
export type Path = string

export function below(path: Path, key: string | number): Path {
  return path === '' ? String(key) : `${path}/${key}`
}

/** The key or row number that a path ends in. */
export function lastOf(path: Path): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The value at a path, or undefined where there is none. */
export function valueAt(root: Json, path: Path): Json | undefined {
  let at: Json | undefined = root
  for (const key of path.split('/')) {
    if (Array.isArray(at)) at = at[Number(key)]
    else if (isObject(at)) at = at[key]
    else return undefined
  }
  return at
}

/** The same values with another one at a path. What lies beside the path keeps its identity, so it is not drawn again. */
export function withValueAt(root: JsonObject, path: Path, value: Json | undefined): JsonObject {
  const replaced = replace(root, path.split('/'), value)
  return isObject(replaced) ? replaced : root
}

function replace(at: Json | undefined, keys: readonly string[], value: Json | undefined): Json | undefined {
  const [key, ...rest] = keys
  if (key === undefined) return value
  if (Array.isArray(at)) {
    const inner = replace(at[Number(key)], rest, value)
    return at.map((one, index) => (index === Number(key) ? (inner ?? null) : one))
  }
  const object = isObject(at) ? at : {}
  const inner = replace(object[key], rest, value)
  if (inner !== undefined) return { ...object, [key]: inner }
  const { [key]: _left, ...others } = object
  return others
}
