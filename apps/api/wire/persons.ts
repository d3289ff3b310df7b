import { z } from 'zod'
import { Titled } from './names.ts'

/** An active person of the signed-in person's organisation, with the offices that the person may act as today. */
export const PersonRow = z.strictObject({ id: z.string(), name: z.string(), offices: z.array(Titled) })
export type PersonRow = z.infer<typeof PersonRow>
export const PersonList = z.strictObject({ rows: z.array(PersonRow) })
