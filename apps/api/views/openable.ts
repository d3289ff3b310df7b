import type { LegalDate } from '#core/calendar/legal-date.ts'
import { officeTitle } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { mayOpen } from '#core/procedure/decide-open.ts'
import { regionRefusal } from '#core/procedure/versions.ts'
import type { Procedure } from '#core/pack/procedure-format.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { readingAs, readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import type { OpenableView } from '../wire/case.ts'
import { basisView, refusalView } from './basis.ts'
import { formOf } from './form.ts'
import { governingLaws, previewedLaws } from './governing-laws.ts'

/** How many cases are offered for a link; the newest first. */
const CANDIDATES_MAX = 200

/** Everything that persons may open, in earnest or in the preview space, each with its form, or why this person may not. */
export async function openables(parts: ApiParts, person: Person, preview = false): Promise<OpenableView[]> {
  const laws = preview ? previewedLaws(parts.packs) : governingLaws(parts.packs)
  const { today, holders } = await readingAsSystem(parts, async (tx) => ({
    today: await parts.clock.today(tx),
    holders: new Map(await Promise.all(laws.map(async (law) => [law, await parts.holders(tx, law)] as const))),
  }))
  return readingAs(parts, person, async (tx) => {
    const views: OpenableView[] = []
    for (const law of laws) {
      for (const procedure of Object.values(law.pack.procedures)) {
        if (procedure.open.by === 'platform') continue
        views.push(await openable(tx, law, procedure, { person, today, holders: holders.get(law) ?? {}, region: parts.packs.region, preview }))
      }
    }
    return views
  })
}

type Opening = { person: Person; today: LegalDate; holders: Record<string, string>; region: string; preview: boolean }

async function openable(tx: Tx, law: CaseLaw, procedure: Procedure, { person, today, holders, region, preview }: Opening): Promise<OpenableView> {
  const { open } = procedure
  const openers = [open.by, ...(open.also_by ?? [])]
  const refusal = regionRefusal(law, region) ?? mayOpen({ law, actor: person.actor, act: { date: today, recorded: today } }, procedure, holders, preview)
  return {
    pack: law.ref.id,
    procedure: procedure.procedure,
    title: procedure.title,
    open_title: open.title,
    capability: procedure.capability,
    by: { id: open.by, title: openers.map((office) => officeTitle(law, office)).join('或者') },
    own: openers.some((office) => person.actor.offices.includes(office)),
    draft: law.pack.manifest.status === 'draft',
    pack_title: law.pack.manifest.title,
    basis: basisView(open.basis ?? procedure.basis, law),
    enabled: refusal === null,
    disabled_reason: refusal === null ? null : refusalView(refusal, law),
    form: refusal === null ? formOf(law, open, null) : [],
    links: refusal === null ? await linkChoices(tx, procedure, preview) : [],
  }
}

async function linkChoices(tx: Tx, procedure: Procedure, preview: boolean): Promise<OpenableView['links']> {
  const choices: OpenableView['links'] = []
  for (const [name, link] of Object.entries(procedure.links)) {
    const rows = await tx.selectFrom('legal_case').select(['id', 'number', 'title'])
      .where('procedure', '=', link.procedure).where('status', 'in', link.status).where('preview', '=', preview)
      .orderBy('opened', 'desc').orderBy('id').limit(CANDIDATES_MAX).execute()
    choices.push({ name, title: link.title, optional: link.optional, candidates: rows.map(({ id, number, title }) => ({ case_id: id, number, title })) })
  }
  return choices
}
