import type { Verdict } from '#core/disclosure-control/finding.ts'
import type { IdentifierKind } from '#core/disclosure-control/identifier-patterns.ts'

/** Every threshold of the automatic checks. It comes from a pack or an agreement; nothing here has a default in code. */
export interface DisclosurePolicy {
  readonly output: {
    /** UTF-8 bytes of one value. */
    readonly maxCellBytes: number
    readonly maxColumns: number
    /** Supplied rows of a table without entities from which a result is raw data and does not leave. */
    readonly rawRows: number
  }
  readonly identifiers: {
    /** Share of a column's values (0 to 1) and least number of them at which the column counts as identifiers. */
    readonly columnShare: number
    readonly columnMinimum: number
    /** What a column of this kind gets; single hits below the share get a review wherever this is not "pass". */
    readonly verdicts: Readonly<Record<IdentifierKind, Verdict>>
  }
  readonly containment: {
    /** A source value is rare when it occurs at most this often. */
    readonly rareFrequency: number
    /** Share of an output column's values found among rare source values, above what chance explains (0 to 1). */
    readonly blockShare: number
    /** Matches from which the share counts; fewer get a review. */
    readonly minimumMatches: number
  }
  readonly shape: {
    /** Share of the spread of a result column's quantiles that a source column's quantiles explain (0 to 1), from which the column is the source's. */
    readonly rSquared: number
    /** Different numbers from which the shape of a column says something. */
    readonly minimumValues: number
  }
  readonly cells: {
    /** Entities (persons, enterprises) that must stand behind each figure. */
    readonly minimumEntities: number
    /** The two largest contributors may hold at most this share of a total (0 to 1). */
    readonly largestTwoShare: number
    /** What all others contribute must be at least this share of the largest contribution (0 to 1), or it can be estimated. */
    readonly othersToLargest: number
    /** Entities beyond the parameters of a spread, a correlation or a regression. */
    readonly degreesOfFreedom: number
    readonly zeroCells: Verdict
    readonly extremes: Verdict
    readonly quantiles: Verdict
  }
  readonly microdata: {
    /** Records that share their quasi-identifiers (k-anonymity), and the sensitive values among them (l-diversity). */
    readonly k: number
    readonly l: number
    /** Most that the sensitive values of such records may differ from the whole's (t-closeness, 0 to 1). */
    readonly t: number
  }
  readonly probes: {
    /** Rows from which the shape of an output says something. */
    readonly minimumRows: number
    /** An output on half of the entities with a smaller share of the rows than this is made of single entities. */
    readonly sizeRatio: number
    /** Share of rows that come back unchanged on half of the entities, between which they are single entities' rows. */
    readonly survivalFrom: number
    readonly survivalTo: number
  }
}
