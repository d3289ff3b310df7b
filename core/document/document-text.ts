import type { LegalDate } from '../calendar/legal-date.ts'
import type { DocumentKind } from '../pack/document-format.ts'

/** A part of a document as it reads, without layout. */
export type TextBlock =
  | { block: 'heading'; level: 'first' | 'second'; text: string }
  | { block: 'paragraph'; text: string }
  | { block: 'table'; head: string[]; rows: string[][] }

/**
 * A document as it reads: everything that its files will say, without a word of layout. Plain JSON, composed once in
 * the transaction of the act that issues it and stored; the files are drawn from it and can be drawn again.
 */
export type DocumentText = {
  title: string
  kind: DocumentKind
  number: string | null
  /** Who issues it: the office as the city calls it, and the organisation. */
  issuer: { office: string; organization: string }
  addressees: string[]
  blocks: TextBlock[]
  attachments: { name: string; sha256: string }[]
  signatures: string[]
  date: LegalDate
  /** The rule on which it rests, as cited: 《…》第二十条第二款. */
  rests_on: string
  case_number: string
  /** The regulation that governs it, with its number. */
  law: string
}
