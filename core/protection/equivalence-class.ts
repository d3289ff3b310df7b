/**
 * Equivalence classes: the rows that share all quasi-identifiers. Everything that is measured about anonymity rests on
 * their sizes and on how often each sensitive value occurs in them; no other value of a row is needed.
 */

/** One class. `codes` and `counts` go together: which sensitive values occur in it, and in how many of its rows. */
export interface EquivalenceClass {
  readonly size: number
  /** Ascending positions in the list of sensitive values; empty where no sensitive column is looked at. */
  readonly codes: ArrayLike<number>
  readonly counts: ArrayLike<number>
}

/** A table as its classes. */
export interface ClassedTable {
  readonly rows: number
  readonly classes: readonly EquivalenceClass[]
  /** Rows of the whole table with each sensitive value, by code. */
  readonly overall: readonly number[]
}

/** A value of a cell; null is a value of its own here, as in a GROUP BY. */
export type KeyCell = string | number | boolean | null

/**
 * Groups rows by their quasi-identifiers.
 * @param keys one list of quasi-identifying values for each row
 * @param sensitive the sensitive value of each row, or null to look at none
 * @param order sensitive values in the order of their codes, for distances over an order; by default as they first occur
 */
export function classesOf(keys: readonly (readonly KeyCell[])[], sensitive: readonly KeyCell[] | null, order: readonly KeyCell[] = []): ClassedTable {
  const codeOf = new Map<KeyCell, number>(order.map((value, code) => [value, code]))
  const groups = new Map<string, { size: number; byCode: Map<number, number> }>()
  const overall: number[] = order.map(() => 0)
  for (const [row, key] of keys.entries()) {
    const name = JSON.stringify(key)
    const group = groups.get(name) ?? { size: 0, byCode: new Map<number, number>() }
    groups.set(name, group)
    group.size += 1
    if (sensitive === null) continue
    const value = sensitive[row] ?? null
    const code = codeOf.get(value) ?? codeOf.size
    codeOf.set(value, code)
    group.byCode.set(code, (group.byCode.get(code) ?? 0) + 1)
    overall[code] = (overall[code] ?? 0) + 1
  }
  const classes = [...groups.values()].map(({ size, byCode }): EquivalenceClass => {
    const present = [...byCode].toSorted(([a], [b]) => a - b)
    return { size, codes: present.map(([code]) => code), counts: present.map(([, count]) => count) }
  })
  return { rows: keys.length, classes, overall }
}
