import { hash } from 'node:crypto'

/** unit: hexadecimal digits; source: 64 bits keep chance collisions below one in a billion for sketches of this size */
const HASH_DIGITS = 16

/** The hash by which output values are compared with sketches; the sketching query computes the same one in the worker. */
export function sketchHash(text: string): string {
  return hash('sha256', text).slice(0, HASH_DIGITS)
}
