/**
 * Module hooks of a mutation worker: the stories' `vitest` becomes the collector of this folder, and the law that
 * they ask for becomes one that can be changed in place; accounts of what a story caused are not compared, because a
 * difference from a record is no assertion. Everything else is what it is in `npm test`.
 */
type Resolved = { url: string; shortCircuit?: boolean }
type Context = { parentURL?: string | undefined }
type Next = (specifier: string, context: Context) => Promise<Resolved>

const HERE = new URL('.', import.meta.url)
const COLLECTOR = new URL('collector.ts', HERE).href
const MUTABLE_LAW = new URL('mutable-law.ts', HERE).href
const ACCOUNTED = new URL('../../tests/support/accounted.ts', HERE).href
const CASE_LAW = new URL('../../tests/support/case-law.ts', HERE).href

export async function resolve(specifier: string, context: Context, next: Next): Promise<Resolved> {
  const inTests = context.parentURL !== undefined && context.parentURL.includes('/tests/')
  if (specifier === 'vitest' && inTests) return { ...(await next(COLLECTOR, context)), shortCircuit: true }
  const found = await next(specifier, context)
  if (found.url.split('?')[0] === ACCOUNTED) return next(new URL('without-accounts.ts', HERE).href, context)
  if (found.url.split('?')[0] !== CASE_LAW || context.parentURL?.split('?')[0] === MUTABLE_LAW) return found
  return next(MUTABLE_LAW, context)
}
