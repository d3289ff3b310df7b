/**
 * The generalisation of a whole table (one level for each column) that reaches a target with least loss.
 *
 * The nodes of the lattice are judged by a walk as in OLA and Flash (El Emam et al. 2009; Kohlmayer et al. 2012): a chain
 * from a node to the top is halved again and again, and each answer settles all nodes below or above it. That is right
 * where the target is monotone; where withheld rows make it not so, the search asks every node that could still win.
 */
import { generalisedClasses, heightsOf } from './coded-table.ts'
import type { DistinctRows, GeneralisedClass } from './coded-table.ts'
import type { PrivacyTarget } from './privacy-target.ts'

/** A class of a node, and whether its rows are withheld because the class misses the target. */
export interface JudgedClass extends GeneralisedClass {
  readonly suppressed: boolean
}

export interface SearchWish {
  readonly target: PrivacyTarget
  /** Share of the rows, 0 to 1, that may be withheld. */
  readonly suppressionLimit: number
  /** The loss of a node; more is worse. */
  readonly loss: (levels: readonly number[], classes: readonly JudgedClass[]) => number
  /** What the loss is at least; it must not fall from a node to one above it. Nodes beyond the best found are not looked at. */
  readonly leastLoss: (levels: readonly number[]) => number
  /** Whether every node above one that reaches the target reaches it, too: so for k-anonymity always, for others without withheld rows. */
  readonly monotone: boolean
  /** Nodes that are asked at most; a search that needs more ends without an answer. */
  readonly mostChecks: number
}

export type SearchResult =
  | { readonly found: true; readonly levels: readonly number[]; readonly loss: number; readonly suppressedRows: number; readonly checks: number; readonly classes: readonly JudgedClass[] }
  | { readonly found: false; readonly reason: 'target-out-of-reach' | 'too-many-checks'; readonly checks: number }

type Standing = 'unknown' | 'misses' | 'reaches'

/** Searches the lattice. The answer depends on nothing but the arguments. */
export function searchGeneralisation(table: DistinctRows, wish: SearchWish): SearchResult {
  const lattice = new Lattice(heightsOf(table.columns))
  const asked = new Asked(table, wish)
  const standing = Array.from({ length: lattice.size }, (): Standing => 'unknown')
  const nodes = lattice.nodes().map((levels) => ({ levels, index: lattice.indexOf(levels), least: wish.leastLoss(levels) }))
  if (wish.monotone) settleByHalving(lattice, nodes, standing, asked)
  for (const { levels, index, least } of nodes.toSorted((a, b) => a.least - b.least)) {
    if (least >= asked.bestLoss || asked.exhausted) break
    if (standing[index] !== 'misses') asked.judge(levels)
  }
  const { best, checks } = asked
  if (asked.exhausted) return { found: false, reason: 'too-many-checks', checks }
  return best === null ? { found: false, reason: 'target-out-of-reach', checks } : { ...best, checks }
}

interface Node {
  readonly levels: readonly number[]
  readonly index: number
  readonly least: number
}

/** Judges each node that is not settled yet and could still win, chain by chain, the least generalised first. */
function settleByHalving(lattice: Lattice, nodes: readonly Node[], standing: Standing[], asked: Asked): void {
  const leastOf = new Float64Array(nodes.length)
  for (const { index, least } of nodes) leastOf[index] = least
  const open = (index: number): boolean => standing[index] === 'unknown' && (leastOf[index] ?? 0) < asked.bestLoss
  for (const node of nodes) {
    if (!open(node.index)) continue
    const chain = lattice.chainFrom(node.levels, open)
    let [low, high] = [0, chain.length - 1]
    while (low <= high && !asked.exhausted) {
      const middle = Math.trunc((low + high) / HALF)
      const levels = chain[middle] ?? node.levels
      if (asked.judge(levels)) {
        lattice.above(levels, (index) => { standing[index] = 'reaches' })
        high = middle - 1
      } else {
        lattice.below(levels, (index) => { standing[index] = 'misses' })
        low = middle + 1
      }
    }
  }
}

/** unit: parts; source: a search by halving */
const HALF = 2

type Best = Omit<Extract<SearchResult, { found: true }>, 'checks'>

/** Asks nodes, each once, counts how often, and keeps the best that reaches the target. */
class Asked {
  readonly #table: DistinctRows
  readonly #wish: SearchWish
  readonly #reached = new Set<string>()
  checks = 0
  exhausted = false
  best: Best | null = null

  constructor(table: DistinctRows, wish: SearchWish) {
    this.#table = table
    this.#wish = wish
  }

  get bestLoss(): number {
    return this.best?.loss ?? Infinity
  }

  /** Whether the node reaches the target; false, too, when no more checks are allowed. */
  judge(levels: readonly number[]): boolean {
    if (this.#reached.has(levels.join())) return true
    if (this.checks >= this.#wish.mostChecks) {
      this.exhausted = true
      return false
    }
    this.checks += 1
    const found = generalisedClasses(this.#table, levels)
    const most = this.#wish.suppressionLimit * this.#table.rows
    let suppressedRows = 0
    for (const one of found) {
      if (!this.#wish.target(one)) suppressedRows += one.size
      if (suppressedRows > most) return false
    }
    this.#reached.add(levels.join())
    const classes = found.map(({ size, example, codes, counts }): JudgedClass => ({ size, example, codes, counts, suppressed: !this.#wish.target({ size, codes, counts }) }))
    const loss = this.#wish.loss(levels, classes)
    if (loss < this.bestLoss) this.best = { found: true, levels, loss, suppressedRows, classes }
    return true
  }
}

/** All combinations of levels, ordered by how far each is generalised. */
class Lattice {
  readonly #heights: readonly number[]
  readonly #steps: readonly number[]
  readonly size: number
  #nodes: readonly (readonly number[])[] | null = null

  constructor(heights: readonly number[]) {
    this.#heights = heights
    let size = 1
    this.#steps = heights.map((height) => {
      const step = size
      size *= height + 1
      return step
    })
    this.size = size
  }

  indexOf(levels: readonly number[]): number {
    return levels.reduce((index, level, column) => index + level * (this.#steps[column] ?? 0), 0)
  }

  /** Every node, the least generalised first. */
  nodes(): readonly (readonly number[])[] {
    this.#nodes ??= Array.from({ length: this.size }, (_, index) =>
      this.#heights.map((height, column) => Math.trunc(index / (this.#steps[column] ?? 1)) % (height + 1)))
      .toSorted((a, b) => total(a) - total(b))
    return this.#nodes
  }

  /** From a node upwards, one step at a time, through nodes that are wanted. */
  chainFrom(node: readonly number[], wanted: (index: number) => boolean): (readonly number[])[] {
    const chain = [node]
    for (let last: readonly number[] | undefined = node; last !== undefined;) {
      const from: readonly number[] = last
      last = from.map((level, column) => from.with(column, Math.min(level + 1, this.#heights[column] ?? 0))).find((next, column) => (from[column] ?? 0) < (next[column] ?? 0) && wanted(this.indexOf(next)))
      if (last !== undefined) chain.push(last)
    }
    return chain
  }

  /** Each node that is generalised at least as far in every column. */
  above(levels: readonly number[], visit: (index: number) => void): void {
    this.#visit(levels, this.#heights, visit)
  }

  below(levels: readonly number[], visit: (index: number) => void): void {
    this.#visit(levels.map(() => 0), levels, visit)
  }

  #visit(from: readonly number[], to: readonly number[], visit: (index: number) => void, column = 0, index = 0): void {
    if (column === from.length) {
      visit(index)
      return
    }
    for (let level = from[column] ?? 0; level <= (to[column] ?? 0); level += 1) this.#visit(from, to, visit, column + 1, index + level * (this.#steps[column] ?? 0))
  }
}

function total(levels: readonly number[]): number {
  return levels.reduce((sum, level) => sum + level, 0)
}
