import { z } from 'zod'

const FileOfDocument = z.strictObject({ format: z.enum(['docx', 'pdf']), sha256: z.string(), sm3: z.string(), size: z.int() })

/** A document that an act of the case issued. Without files it is still being drawn; `problem` says why it takes longer. */
export const DocumentView = z.strictObject({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  number: z.string().nullable(),
  issuer: z.string(),
  issued_on: z.string(),
  rests_on: z.string(),
  files: z.array(FileOfDocument),
  problem: z.string().nullable(),
})
export const DocumentList = z.strictObject({ rows: z.array(DocumentView) })
export type DocumentList = z.infer<typeof DocumentList>
