/** By which thresholds a rule judges; a rule that is not here is shown with all of its layer. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  'cell-too-long': ['output-cell-bytes'], 'too-many-columns': ['output-columns'], 'raw-rows': ['output-raw-rows'],
  'identifier-column': ['identifier-column-share', 'identifier-column-minimum'],
  'rare-values-raw': ['containment-rare-frequency', 'containment-block-share', 'containment-minimum-matches'], 'rare-values-disguised': ['containment-rare-frequency', 'containment-block-share', 'containment-minimum-matches'],
  'too-few-entities': ['cells-minimum-entities'], 'too-few-counted': ['cells-minimum-entities'], 'too-few-left-out': ['cells-minimum-entities'], 'too-few-in-branch': ['cells-minimum-entities'], 'figures-differ-by-few': ['cells-minimum-entities'],
  'one-contribution-stands-out': ['cells-minimum-entities'], 'microdata-route': ['cells-minimum-entities'],
  'dominated-total': ['cells-largest-two-share', 'cells-others-to-largest'], 'suppressed-cell-recoverable': ['cells-others-to-largest', 'cells-minimum-entities'],
  'extreme-value': ['cells-extremes', 'cells-minimum-entities'], 'quantile-beyond': ['cells-extremes', 'cells-minimum-entities'], 'quantile-value': ['cells-quantiles', 'cells-minimum-entities'], 'zero-cells': ['cells-zero'], 'small-cells-blanked': ['cells-zero', 'cells-minimum-entities'], 'few-degrees-of-freedom': ['cells-degrees-of-freedom'],
  'microdata-not-k-anonymous': ['microdata-k'], 'microdata-not-diverse': ['microdata-l'], 'microdata-not-close': ['microdata-t'], 'microdata-anonymous': ['microdata-k', 'microdata-l', 'microdata-t'],
  'figures-subtract-to-few': ['cells-minimum-entities'], 'differs-from-earlier-by-few': ['cells-minimum-entities'], 'differs-from-earlier-by-few-rows': ['cells-minimum-entities'], 'combination-leaves-few': ['cells-minimum-entities'], 'differs-from-shown-by-few': ['shown-differ', 'shown-days', 'shown-most'],
  'size-follows-entities': ['probe-minimum-rows', 'probe-size-ratio', 'probe-halves'], 'rows-follow-entities': ['probe-minimum-rows', 'probe-halves'], 'some-rows-return': ['probe-minimum-rows', 'probe-survival-from', 'probe-survival-to'],
}

/** The thresholds that a finding rests on, of all that are known of a job; those of the rule's own layer where the rule names none. */
export function thresholdsOfRule<T extends { id: string; layer: string }>(rule: string, layer: string, known: readonly T[]): T[] {
  const ids = RULES[rule]
  const named: T[] = ids === undefined ? [] : known.filter(({ id }, at) => ids.includes(id) && known.findIndex((one) => one.id === id) === at)
  return named.length > 0 ? named : known.filter((one) => one.layer === layer)
}
