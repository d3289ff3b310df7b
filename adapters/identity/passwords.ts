import { randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** unit: KiB; source: OWASP password storage, argon2id with 19 MiB, two passes, one lane */
const MEMORY_KIB = 19_456
const PASSES = 2
const LANES = 1
const OPTIONS = { memoryCost: MEMORY_KIB, timeCost: PASSES, parallelism: LANES } as const // argon2id is the library's default

/** unit: characters; source: usual demand for level 3 systems is 8, ours is 12 */
export const PASSWORD_LENGTH_MIN = 12

/** The argon2id hash of a password as a PHC string, salt and cost inside. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password, OPTIONS)
}

/** Whether the password is the one that was hashed. */
export async function passwordMatches(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, password)
}

let decoy: Promise<string> | undefined

/** Takes as long as a real check, so that an unknown login cannot be told from a wrong password by time. */
export async function checkAgainstNobody(password: string): Promise<false> {
  decoy ??= hashPassword('nobody signs in with this')
  await verify(await decoy, password)
  return false
}

/** Letters and digits that cannot be taken for one another when they are read out. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
/** unit: characters; about 79 bits, for a password that lives until the first login */
const FIRST_PASSWORD_LENGTH = 16

/** A password for somebody else's first login, who must then choose another. */
export function firstPassword(): string {
  return Array.from({ length: FIRST_PASSWORD_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}
