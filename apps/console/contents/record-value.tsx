import type { Json } from '#core/json.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'
import { cellText } from '#apps/console/tables/cell-text.ts'
import { OrganizationName } from './content-value.tsx'

const CASE = /^case-[0-9a-f-]{36}$/
const HASH = /^[0-9a-f]{64}$/
/** How ids are written; a text for people has other characters. */
const ID = /^[a-z0-9][a-z0-9-]*$/

/** A value of a record: organisations by name, cases as links, hashes in a narrow face. */
export function RecordValue({ value }: { value: Json | undefined }) {
  if (typeof value !== 'string') return <span className="value-text">{cellText(value)}</span>
  if (CASE.test(value)) return <PageLink href={pages.case(value)} title={value}>查看事项</PageLink>
  if (HASH.test(value)) return <span className="mono">{value}</span>
  return ID.test(value) ? <OrganizationName id={value} /> : <span className="value-text">{value}</span>
}
