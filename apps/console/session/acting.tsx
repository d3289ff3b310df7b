import { createContext, use, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import type { SessionView } from '#apps/api/wire/session.ts'

/** A delegation under which the signed-in person may act today. */
export type Acting = SessionView['acts_for'][number]
type Chosen = { acting: Acting | null; choose: (delegation: string | null) => void }

const STORED = 'gongshu.acting-for'
const ActingContext = createContext<Chosen>({ acting: null, choose: () => undefined })

/** In whose name this window acts. A delegation that has ended, or another person's, counts for nothing: the server's list decides. */
export function ActingProvider({ session, children }: { session: SessionView; children: ReactNode }) {
  const [delegation, setDelegation] = useState(() => sessionStorage.getItem(STORED))
  const acting = session.acts_for.find((one) => one.delegation === delegation) ?? null
  const chosen = useMemo<Chosen>(() => ({
    acting,
    choose: (next) => {
      if (next === null) sessionStorage.removeItem(STORED)
      else sessionStorage.setItem(STORED, next)
      setDelegation(next)
    },
  }), [acting])
  return <ActingContext value={chosen}>{children}</ActingContext>
}

/** In whose name this window acts now; null for the person's own. */
export function useActing(): Chosen {
  return use(ActingContext)
}
