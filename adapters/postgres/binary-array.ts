/** PostgreSQL's numbers for the types of an array's elements (pg_type). */
const BYTEA = 17
const INT8 = 20
const INT2 = 21
/** unit: bytes of one element; source: PostgreSQL's binary formats */
const INT8_BYTES = 8
const INT2_BYTES = 2
/** unit: bytes; source: PostgreSQL's binary format of arrays: dimensions, nulls, type of the elements, then length and first place */
const EMPTY_HEAD = 12
const HEAD = 20
const LENGTH = 4

/**
 * Arrays as parameters in PostgreSQL's binary format (array_recv): the driver sends a buffer as it is, while of an
 * array it makes a text in which each byte is two digits, and the server reads it back digit by digit.
 */
export function byteaArray(items: readonly Uint8Array[]): Buffer {
  const array = arrayOf(BYTEA, items.length, items.reduce((sum, item) => sum + item.length, 0))
  for (const item of items) {
    array.at = array.bytes.writeInt32BE(item.length, array.at)
    array.bytes.set(item, array.at)
    array.at += item.length
  }
  return array.bytes
}

/** @see byteaArray; whole numbers up to 2^53. */
export function bigintArray(items: readonly (number | null)[]): Buffer {
  const kept = items.filter((item) => item !== null).length
  const array = arrayOf(INT8, items.length, kept * INT8_BYTES)
  for (const item of items) {
    array.at = array.bytes.writeInt32BE(item === null ? NULL : INT8_BYTES, array.at)
    if (item !== null) array.at = array.bytes.writeBigInt64BE(BigInt(item), array.at)
  }
  return array.bytes
}

/** @see byteaArray */
export function smallintArray(items: readonly number[]): Buffer {
  const array = arrayOf(INT2, items.length, items.length * INT2_BYTES)
  for (const item of items) {
    array.at = array.bytes.writeInt32BE(INT2_BYTES, array.at)
    array.at = array.bytes.writeInt16BE(item, array.at)
  }
  return array.bytes
}

/** Stands in the place of a length where there is no element. */
const NULL = -1

/** The head of an array of so many elements with so many bytes in all, and where the first begins. */
function arrayOf(type: number, count: number, elementBytes: number): { bytes: Buffer; at: number } {
  const bytes = Buffer.alloc(count === 0 ? EMPTY_HEAD : HEAD + count * LENGTH + elementBytes)
  // Dimensions; whether there may be nulls; type; and, of the one dimension, its length and the number of its first place.
  const head = count === 0 ? [0, 0, type] : [1, 1, type, count, 1]
  let at = 0
  for (const value of head) at = bytes.writeInt32BE(value, at)
  return { bytes, at }
}
