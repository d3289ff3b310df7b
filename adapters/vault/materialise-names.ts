/**
 * The process that reads the rows asks the one that holds the keys for names: one question for each kind and part of the
 * table. Who asks was taken over by a hostile table perhaps, so a question is checked and the names it may ask for are counted.
 */
import { z } from 'zod'
import { entityHashOf, pseudonymOf } from '#adapters/vault/materialise-protection.ts'
import type { Protection } from '#adapters/vault/materialise-protection.ts'

/** `pseudonym`: of a column's value; `entity`: of the whole key of an entity. */
export type NameKind = 'pseudonym' | 'entity'

export interface NameQuestion {
  of: NameKind
  texts: string[]
}

const question = z.strictObject({ of: z.enum(['pseudonym', 'entity']), texts: z.array(z.string()) })

/** More names, or names of another kind, than the table can have use for. */
export class NamesRefused extends Error {}

/** Answers the questions about one table of `rows` rows, in which `columns` columns become pseudonyms. Throws `NamesRefused`. */
export function nameMaker(protection: Protection | null, rows: number, columns: number): (asked: Buffer) => Buffer {
  const left = { pseudonym: rows * columns, entity: protection?.entityHash === undefined ? 0 : rows }
  return (asked) => {
    const { of, texts } = readQuestion(asked)
    left[of] -= texts.length
    if (left[of] < 0) throw new NamesRefused(`more names of the kind ${of} than there are rows`)
    return Buffer.from(JSON.stringify(texts.map(makerOf(protection, of))))
  }
}

function makerOf(protection: Protection | null, of: NameKind): (text: string) => string {
  const { pseudonymKey, entityHash } = protection ?? {}
  if (of === 'pseudonym' && pseudonymKey !== null && pseudonymKey !== undefined) return (text) => pseudonymOf(pseudonymKey, text)
  if (of === 'entity' && entityHash !== undefined) return (text) => entityHashOf(entityHash, text)
  throw new NamesRefused(`no key for names of the kind ${of}`)
}

function readQuestion(asked: Buffer): NameQuestion {
  try {
    return question.parse(JSON.parse(asked.toString('utf8')))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw new NamesRefused(`no question for names: ${error.message.slice(0, 200)}`)
    throw error
  }
}
