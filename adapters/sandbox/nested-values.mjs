// @ts-check
// How each engine type leaves the worker: its kind for the reader, and how one value becomes a JSON scalar. Lists, structs
// and maps leave as JSON text of their own (kind `nested`; a map as the list of its keys and values), so that whoever judges them takes them apart first.
import duckdb from '@duckdb/node-api'

const { DuckDBTypeId: T } = duckdb

/** Containers inside containers; beyond it nobody reads a value. */
const DEEPEST = 4

const asIs = (/** @type {any} */ value) => value
const asText = (/** @type {any} */ value) => value.toString()
const asDouble = (/** @type {number} */ value) => (Number.isFinite(value) ? value : String(value))

/** @typedef {{ kind: string, encode: (value: any) => any }} Encoder */

/** @type {Map<number, Encoder>} */
const SCALARS = new Map([
  [T.BOOLEAN, { kind: 'boolean', encode: asIs }],
  ...[T.TINYINT, T.SMALLINT, T.INTEGER, T.UTINYINT, T.USMALLINT, T.UINTEGER].map((type) => [type, { kind: 'integer', encode: asIs }]),
  ...[T.BIGINT, T.UBIGINT, T.HUGEINT, T.UHUGEINT].map((type) => [type, { kind: 'long', encode: asText }]),
  ...[T.FLOAT, T.DOUBLE].map((type) => [type, { kind: 'double', encode: asDouble }]),
  [T.DECIMAL, { kind: 'decimal', encode: asText }],
  [T.VARCHAR, { kind: 'text', encode: asIs }],
  [T.DATE, { kind: 'date', encode: asText }],
  [T.TIME, { kind: 'time', encode: asText }],
  ...[T.TIMESTAMP, T.TIMESTAMP_S, T.TIMESTAMP_MS, T.TIMESTAMP_NS, T.TIMESTAMP_TZ].map((type) => [type, { kind: 'timestamp', encode: asText }]),
  [T.SQLNULL, { kind: 'text', encode: () => null }],
])

/**
 * The encoder of a column's type, or null where values of it do not leave: binary data, intervals and what else has no
 * place in a table of figures, and containers that are nested too deep.
 * @param {any} type @returns {Encoder | null}
 */
export function encoderOf(type) {
  const scalar = SCALARS.get(type.typeId)
  if (scalar !== undefined) return scalar
  const shape = shapeOf(type, 1)
  return shape === null ? null : { kind: 'nested', encode: (value) => JSON.stringify(shape(value)) }
}

/** What makes plain JSON of a value of this type; null where that is not allowed.
 * @param {any} type @param {number} depth @returns {((value: any) => any) | null} */
function shapeOf(type, depth) {
  const scalar = SCALARS.get(type.typeId)
  if (scalar !== undefined) return orNull(scalar.encode)
  if (depth > DEEPEST) return null
  switch (type.typeId) {
    case T.LIST:
    case T.ARRAY: {
      const item = shapeOf(type.valueType, depth + 1)
      return item === null ? null : orNull((value) => value.items.map(item))
    }
    case T.STRUCT: {
      const shapes = type.entryTypes.map((/** @type {any} */ entry) => shapeOf(entry, depth + 1))
      /** @type {string[]} */
      const names = type.entryNames
      // Fields without names of their own could not be kept apart.
      if (shapes.includes(null) || names.includes('') || new Set(names).size !== names.length) return null
      return orNull((value) => Object.fromEntries(names.map((name, position) => [name, shapes[position](value.entries[name])])))
    }
    case T.MAP: {
      const [key, item] = [shapeOf(type.keyType, depth + 1), shapeOf(type.valueType, depth + 1)]
      return key === null || item === null ? null : orNull((value) => value.entries.map((/** @type {any} */ entry) => ({ key: key(entry.key), value: item(entry.value) })))
    }
    default: return null
  }
}

/** @param {(value: any) => any} encode @returns {(value: any) => any} */
function orNull(encode) {
  return (value) => (value === null || value === undefined ? null : encode(value))
}

/**
 * Rows with their nested cells taken apart: the values inside a cell one under the other, plain cells in the first of the
 * rows that come of theirs. So what a list packs into one cell is compared as what it is made of.
 * @param {readonly { kind: string }[]} columns @param {any[][]} rows @returns {any[][]}
 */
export function rowsTakenApart(columns, rows) {
  if (columns.every((column) => column.kind !== 'nested')) return rows
  return rows.flatMap((row) => {
    const cells = row.map((cell, position) => (columns[position]?.kind === 'nested' && cell !== null ? leavesOf(JSON.parse(cell)) : [cell]))
    return Array.from({ length: Math.max(1, ...cells.map((leaves) => leaves.length)) }, (_, at) => cells.map((leaves) => leaves[at] ?? null))
  })
}

/** @param {any} value @returns {any[]} */
function leavesOf(value) {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value]
}
