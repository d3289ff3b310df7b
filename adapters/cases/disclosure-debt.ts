import type { LegalDate } from '#core/calendar/legal-date.ts'
import { disclosureDebts, lateDisclosures } from '#core/procedure/disclosure-debt.ts'
import type { DisclosureDebt, LateDisclosure } from '#core/procedure/disclosure-debt.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { loadCase } from './case-store.ts'
import type { Tx } from './case-store.ts'

/** What every office owes the public today: each overdue duty to publish, under the edition that governs its case. */
export async function lateDisclosuresOf(tx: Tx, packs: Pick<PackLibrary, 'lawOf'>, today: LegalDate): Promise<LateDisclosure[]> {
  const late = await tx.selectFrom('task').innerJoin('legal_case', 'legal_case.id', 'task.case_id').select(['legal_case.id', 'legal_case.pack', 'legal_case.pack_digest']).distinct()
    .where('task.open', '=', true).where('task.due', '<', today).where('legal_case.preview', '=', false).orderBy('legal_case.id').execute()
  return lateDisclosures(await withStates(tx, late, (row) => packs.lawOf({ id: row.pack, digest: row.pack_digest })), today)
}

/** The same as a fact, as far as the asking case's own rules reach: cases of the same edition. */
export async function disclosureDebtUnder(tx: Tx, law: CaseLaw, today: LegalDate): Promise<DisclosureDebt[]> {
  const late = await tx.selectFrom('task').innerJoin('legal_case', 'legal_case.id', 'task.case_id').select(['legal_case.id']).distinct()
    .where('task.open', '=', true).where('task.due', '<', today).where('legal_case.preview', '=', false).where('legal_case.pack_digest', '=', law.ref.digest).orderBy('legal_case.id').execute()
  return disclosureDebts(await withStates(tx, late, () => law), today)
}

async function withStates<T extends { id: string }>(tx: Tx, rows: readonly T[], lawOf: (row: T) => CaseLaw) {
  const found = []
  for (const row of rows) {
    const state = await loadCase(tx, row.id)
    if (state !== null) found.push({ law: lawOf(row), state })
  }
  return found
}
