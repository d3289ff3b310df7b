import { randomUUID } from 'node:crypto'
import { basisKind, provisionOf } from '#core/pack/basis.ts'
import type { Basis } from '#core/pack/basis.ts'
import { provisionLabel } from '#core/pack/provision-text.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { procedureOf } from '#core/procedure/case-law.ts'
import type { ActDone } from '#adapters/cases/capability-port.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { sql } from '#adapters/postgres/kysely.ts'
import { feltBy } from './concerned.store.ts'
import { noticeText, noticeTitle } from './notice-words.ts'
import type { Change, News } from './notice-words.ts'

/** As what an organisation is told: not in an office of the procedure, but because a change touches what it holds. */
export const CONCERNED = 'concerned'

const TAKEN: ReadonlySet<string> = new Set(['suspended', 'revoked', 'restored'])

type Changed = { kind: string; id: string; change: Change; reason: string | null; basis: Basis }

/**
 * Tells everybody who took part in granting something, or holds what rests on it, that it was suspended, revoked or
 * restored, once for each act and organisation: in words added to what the procedure itself told them in this act, else
 * as a notice of their own that leads to their own case. Who acted is not told what they did.
 */
export async function tellOfStandings({ tx, law, state, act, organization, intended }: ActDone): Promise<void> {
  const changes = await changedBy(tx, state.id, intended)
  for (const change of new Set(changes.map((one) => one.change))) {
    const changed = changes.filter((one) => one.change === change)
    const felt = await feltBy(tx, changed)
    const [root, first] = [felt[0], changed[0]]
    if (root === undefined || first === undefined) continue
    const by = (await organizationNames(tx, [organization])).get(organization) ?? organization
    for (const one of new Set(felt.map((each) => each.organization))) {
      if (one === organization) continue
      const own = felt.filter((each) => each.organization === one)
      const nearest = own[0] ?? root
      const news: News = {
        change, root, own, isDirect: nearest.depth === 0, on: act.date, by, procedure: procedureOf(law, state.procedure).title, number: state.number,
        reason: first.reason, basis: basisText(first.basis, law),
      }
      if (await addToNotice({ tx, state }, one, news)) continue
      await tx.insertInto('notice').values({
        id: `notice-${randomUUID()}`, organization: one, office: CONCERNED, case_id: nearest.case_id, task: null,
        notice: noticeTitle(news), text: noticeText(news), legal_date: act.date, received_by: null, received_at: null,
      }).execute()
    }
  }
}

/** What this act suspended, revoked or restored, in order; what already stood so is not among them. */
async function changedBy(tx: ActDone['tx'], caseId: string, intended: ActDone['intended']): Promise<Changed[]> {
  const taking = intended.filter(({ effect, args }) => effect === 'access.revoke' || (effect === 'standing.set' && typeof args['to'] === 'string' && TAKEN.has(args['to'])))
  if (taking.length === 0) return []
  const rows = await tx.selectFrom('standing_change').select(['kind', 'thing', 'state', 'reason', 'handle'])
    .where('case_id', '=', caseId).where('handle', 'in', taking.map(({ handle }) => handle)).orderBy('id').execute()
  return rows.flatMap(({ kind, thing, state, reason, handle }) => {
    const by = taking.find((one) => one.handle === handle)
    // What is restored is granted again.
    return by === undefined ? [] : [{ kind, id: thing, change: state === 'suspended' || state === 'revoked' ? state : 'restored', reason, basis: by.basis }]
  })
}

/** Adds the words to what the procedure told the organisation in this act. Answers whether it had told it anything. */
async function addToNotice({ tx, state }: Pick<ActDone, 'tx' | 'state'>, organization: string, news: News): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update notice set text = case when text in (notice, ${news.reason}) then '' else text || E'\n' end || ${noticeText(news)}::text
     where id = (select id from notice where case_id = ${state.id} and organization = ${organization} and office <> ${CONCERNED} and at >= transaction_timestamp() order by at desc limit 1)`.execute(tx)
  return numAffectedRows === 1n
}

function basisText(basis: Basis, law: CaseLaw): string {
  const id = provisionOf(basis)
  if (id !== null) {
    const [provision, text] = [law.pack.provisions[id], law.pack.texts[id.split('-')[0] ?? '']]
    return `${text === undefined ? '' : `《${text.title}》`}${provision === undefined ? id : provisionLabel(provision)}`
  }
  if ('platform-default' in basis) return '条文未规定，按平台默认规则办理'
  return basisKind(basis) === 'order' ? '主管机关的决定' : '授权运营协议的约定'
}
