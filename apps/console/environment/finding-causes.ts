import type { JobView } from '#apps/api/wire/environment.ts'

type Layer = JobView['layers'][number]

/** Findings that mostly follow from others: mended with them, and looked at again only where they stay. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  'too-few-counted': ['too-few-entities'],
  'too-few-left-out': ['too-few-entities'],
  'figures-differ-by-few': ['too-few-entities'],
  'few-degrees-of-freedom': ['too-few-entities'],
  'quantile-beyond': ['too-few-entities', 'extreme-value'],
  'figures-subtract-to-few': ['too-few-entities', 'raw-rows', 'microdata-route'],
  'combination-leaves-few': ['too-few-entities', 'figures-subtract-to-few', 'microdata-route'],
  'suppressed-cell-recoverable': ['figures-subtract-to-few'],
  'differs-from-earlier-by-few': ['too-few-entities', 'microdata-route'],
  'microdata-not-k-anonymous': ['microdata-route'],
  'microdata-not-diverse': ['microdata-route'],
  'microdata-not-close': ['microdata-route'],
  'rare-values-raw': ['identifier-column', 'microdata-route', 'raw-rows', 'extreme-value', 'quantile-beyond'],
  'shape-of-source': ['microdata-route', 'raw-rows', 'microdata-not-k-anonymous'],
  'size-follows-entities': ['too-few-entities', 'identifier-column', 'microdata-route', 'microdata-not-k-anonymous'],
  'rows-follow-entities': ['too-few-entities', 'identifier-column', 'microdata-route', 'microdata-not-k-anonymous'],
}

/** What holds a job back. */
export function blocking(layers: readonly Layer[]): Layer[] {
  return layers.filter(({ verdict }) => verdict === 'block')
}

/** Of what holds a job back, what does not merely follow from another finding. */
export function mainCauses(layers: readonly Layer[]): Layer[] {
  const all = blocking(layers)
  return all.filter((layer) => !(FOLLOWS[layer.title] ?? []).some((rule) => all.some(({ title }) => title === rule)))
}
