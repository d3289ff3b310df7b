import { randomUUID } from 'node:crypto'
import { composeDocument, isIssued, issuerOf } from '#core/document/compose.ts'
import type { DocumentNames } from '#core/document/content-blocks.ts'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import { OPENING } from '#core/pack/check-documents.ts'
import type { DocumentRule } from '#core/pack/document-format.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import type { CaseState } from '#core/procedure/case-state.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { nextCaseNumber } from '#adapters/cases/case-number.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import { hashOfJson } from '#adapters/packs/pack-library.ts'

/** The case after an act, the act's events with the number of the first, and what the act saw. */
export type Issuing = { tx: Tx; state: CaseState; events: readonly CaseEvent[]; firstSeq: number; scope: Scope }

type Trigger = { seq: number; event: Extract<CaseEvent, { type: 'case-opened' | 'step-concluded' }>; rule: DocumentRule }

/**
 * Draws up every document that an act's outcomes issue: its text and number stand in the act's own transaction, so that
 * no number is given twice or for nothing; the files are drawn afterwards (`draw-documents.ts`). A preview issues none:
 * what looks like an official document would be taken for one.
 */
export async function issueDocuments(issuing: Issuing): Promise<void> {
  if (issuing.state.preview === true) return
  const triggers = triggersOf(issuing)
  if (triggers.length === 0) return
  const names = await namesOf(issuing.tx, issuing.state)
  for (const trigger of triggers) await issue(issuing, trigger, names)
}

function triggersOf({ events, firstSeq, scope }: Issuing): Trigger[] {
  const rules = Object.values(scope.law.pack.documents ?? {}) // an edition from before documents has none
  return events.flatMap((event, index) => {
    if (event.type !== 'case-opened' && event.type !== 'step-concluded') return []
    const at = event.type === 'case-opened' ? OPENING : event
    return rules.filter((rule) => rule.issued_by.some((one) => one.procedure === scope.procedure && one.step === at.step && one.outcome === at.outcome))
      .map((rule) => ({ seq: firstSeq + index, event, rule }))
  })
}

async function issue({ tx, state, scope: outer }: Issuing, { seq, event, rule }: Trigger, names: DocumentNames): Promise<void> {
  const branch = event.type === 'step-concluded' ? event.branch : []
  const scope: Scope = { ...outer, state, branch, facts: event.facts, act: event.act, read: {} }
  if (!isIssued(rule, scope)) return
  const number = rule.mark === undefined ? null : await nextCaseNumber(tx, rule.mark, event.act.date)
  const text = composeDocument({ rule, scope, state, names, number })
  const id = `document-${randomUUID()}`
  await tx.insertInto('issued_document').values({
    id, case_id: state.id, seq, branch: branchKey(branch), document: rule.document, kind: rule.kind, title: text.title, number,
    issuer: issuerOf(rule, scope) ?? 'platform', issued_on: text.date, text: text, text_sha256: hashOfJson(text as unknown as Json), // composed texts are plain JSON
  }).execute()
  await tx.insertInto('document_to_draw').values({ document_id: id, last_error: null }).execute()
}

/** What the ids in a case are called: organisations, persons, records of registers. */
async function namesOf(tx: Tx, state: CaseState): Promise<DocumentNames> {
  const words = new Set<string>()
  collect(Object.values(state.contents).map((one) => one.value), words)
  for (const organization of [...Object.values(state.parties), ...state.conclusions.map((one) => one.organization)]) words.add(organization)
  const ids = [...words]
  const organizations = await organizationNames(tx, ids)
  const persons = await personNames(tx, ids)
  const rows = ids.length === 0 ? [] : await tx.selectFrom('register_record').select(['register', 'key', 'record']).where('key', 'in', ids).where('current', '=', true).execute()
  const records = new Map(rows.map(({ register, key, record }) => [`${register}/${key}`, record['title'] ?? record['name']]))
  return {
    organization: (id) => organizations.get(id) ?? id,
    person: (id) => persons.get(id) ?? id,
    record: (register, key) => {
      const title = records.get(`${register}/${key}`)
      return typeof title === 'string' ? `${title}（${key}）` : key
    },
  }
}

/** unit: characters; an id is shorter, running text is no id */
const ID_LENGTH_MAX = 64

function collect(value: Json, into: Set<string>): void {
  if (typeof value === 'string') {
    if (value !== '' && value.length <= ID_LENGTH_MAX) into.add(value)
    return
  }
  if (Array.isArray(value)) for (const one of value) collect(one, into)
  else if (isObject(value)) for (const one of Object.values(value)) collect(one, into)
}
