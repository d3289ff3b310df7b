import { problemOf } from './problem.ts'

/** How deep an honest form nests: groups in tables in groups; far below what would exhaust the stack. */
const DEPTH_MAX = 32
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Reads a JSON body. Refused with 400 and the place: what is not JSON, nests deeper than 32, holds U+0000 or half a
 * surrogate pair (neither can be stored), a number that is none, or a key that would reach into a prototype.
 */
export function parseJsonBody(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed('$', '请求体不是有效的 JSON') // the parser's own message quotes the body
  }
  refuseUnstorable(value)
  return value
}

/** The same check for what comes with the address of a request. */
export function refuseUnstorable(value: unknown, place = '$', depth = 0): void {
  if (depth > DEPTH_MAX) throw malformed(place.slice(0, PLACE_LENGTH_MAX), `嵌套超过${DEPTH_MAX}层`)
  if (typeof value === 'string') {
    if (value.includes('\u0000')) throw malformed(place, '含有空字符 U+0000')
    if (LONE_SURROGATE.test(value)) throw malformed(place, '含有不完整的字符')
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw malformed(place, '数字超出范围')
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseUnstorable(item, `${place}[${index}]`, depth + 1)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (FORBIDDEN_KEYS.has(key)) throw malformed(place, `不能有名为“${key}”的项`)
      refuseUnstorable(key, `${place}.(key)`, depth + 1)
      refuseUnstorable(item, `${place}.${key}`.slice(0, PLACE_LENGTH_MAX), depth + 1)
    }
  }
}

const PLACE_LENGTH_MAX = 200

function malformed(place: string, what: string) {
  return problemOf(400, 'request-must-be-well-formed', `${place}：${what}。`, '请核对请求内容后重新发送。', { place })
}
