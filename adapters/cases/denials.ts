import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import type { CaseCommand } from '#core/procedure/decision-input.ts'
import type { Committer } from '#adapters/evidence/committer.ts'

type Denied = { refusal: Refusal; actor: Actor; caseId: string; law: CaseLaw | null; command: CaseCommand; today: LegalDate }

/** Enters a refused command: who asked for what, and which rule it broke. Durable before the refusal is answered. */
export async function enterDenial(committer: Committer, denied: Denied): Promise<void> {
  const { refusal, actor, law, command } = denied
  await committer.append({
    type: 'decision',
    legalDate: denied.today,
    actor: actor.person,
    onBehalfOf: actor.organization,
    office: actor.offices[0] ?? 'none',
    action: actionOf(command),
    object: { kind: 'case', id: denied.caseId },
    decision: 'deny',
    ...(refusal.provision === null ? {} : { provision: refusal.provision }),
    ...(law === null ? {} : { pack: { id: law.ref.id, version: String(law.ref.version), digest: `sha256:${law.ref.digest}` } }),
    detail: { code: refusal.code },
  })
}

const OPAQUE = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,79}$/

/** Names sent by the caller are entered only where they are opaque ids; anything else is not evidence but noise. */
function actionOf(command: CaseCommand): string {
  const names = command.type === 'open' ? [command.procedure] : command.type === 'conclude' ? [command.task, command.outcome] : []
  return [command.type, ...names.filter((name) => OPAQUE.test(name))].join('/')
}
