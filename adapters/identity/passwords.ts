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
