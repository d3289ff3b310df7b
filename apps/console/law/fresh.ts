import { createContext, use } from 'react'

/** The page that a person acts on: how far it is, what happened, and the way to load it anew. */
export type Fresh = { seq: number; happened: readonly { seq: number; text: string }[]; refresh: () => Promise<void> }

/** Null where a page has nothing that others could change meanwhile. */
export const FreshContext = createContext<Fresh | null>(null)

export function useFresh(): Fresh | null {
  return use(FreshContext)
}
