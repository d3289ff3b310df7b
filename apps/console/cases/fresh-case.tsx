import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import type { CaseView } from '#apps/api/wire/case.ts'
import { FreshContext } from '#apps/console/law/fresh.ts'
import type { Fresh } from '#apps/console/law/fresh.ts'

/** Lets a refusal that says the page is out of date load the case anew, without taking away what was typed. */
export function FreshCase({ view, children }: { view: CaseView; children: ReactNode }) {
  const client = useQueryClient()
  const fresh = useMemo<Fresh>(() => ({
    seq: view.seq,
    happened: view.timeline.map(({ seq, date, title, text }) => ({ seq, text: `${date}　${text === '' ? title : text}` })),
    refresh: () => client.invalidateQueries({ queryKey: ['case', view.id] }),
  }), [view, client])
  return <FreshContext value={fresh}>{children}</FreshContext>
}
