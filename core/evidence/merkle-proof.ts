import { sameBytes } from './hash-function.ts'
import type { HashFunction } from './hash-function.ts'
import { half, isOdd, nodeHash, splitPoint } from './merkle-tree.ts'
import type { NodePlace } from './merkle-tree.ts'

/** Leaves `from` (included) to `to` (excluded), whose subtree root is one element of a proof. */
export type LeafRange = { readonly from: number; readonly to: number }

/**
 * Which subtree roots prove that leaf `index` stands in the tree of `size` leaves, from the leaf up
 * (RFC 6962 section 2.1.1).
 * @throws RangeError when there is no such leaf.
 */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) {
    throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`)
  }
  const ranges: LeafRange[] = []
  let from = 0
  let to = size
  while (to - from > 1) {
    const middle = from + splitPoint(to - from)
    if (index < middle) {
      ranges.unshift({ from: middle, to })
      to = middle
    } else {
      ranges.unshift({ from, to: middle })
      from = middle
    }
  }
  return ranges
}

/**
 * Which subtree roots prove that the tree of `newSize` begins with the tree of `oldSize` (RFC 6962 section 2.1.2).
 * @throws RangeError for an old size of 0, which proves nothing, or one above the new size.
 */
export function consistencyRanges(oldSize: number, newSize: number): LeafRange[] {
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize) || oldSize < 1 || oldSize > newSize) {
    throw new RangeError(`there is no consistency proof from size ${oldSize} to size ${newSize}`)
  }
  const ranges: LeafRange[] = []
  let from = 0
  let to = newSize
  // The old tree is a whole subtree as long as the walk has only turned left: then its root is known already.
  let oldRootKnown = true
  while (to !== oldSize) {
    const middle = from + splitPoint(to - from)
    if (oldSize <= middle) {
      ranges.unshift({ from: middle, to })
      to = middle
    } else {
      ranges.unshift({ from, to: middle })
      from = middle
      oldRootKnown = false
    }
  }
  return oldRootKnown ? ranges : [{ from, to }, ...ranges]
}

/** The complete subtrees that together make the range, from the left; `foldRight` over their hashes is its root. */
export function subtreesOf(range: LeafRange): NodePlace[] {
  const places: NodePlace[] = []
  let from = range.from
  while (from < range.to) {
    let level = 0
    let width = 1
    while (from % (width + width) === 0 && from + width + width <= range.to) {
      width += width
      level += 1
    }
    places.push({ level, index: from / width })
    from += width
  }
  return places
}

/** True when the proof leads from this leaf hash to this root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(hash: HashFunction, claim: { index: number; size: number; leaf: Uint8Array; root: Uint8Array }, proof: readonly Uint8Array[]): boolean {
  const { index, size, leaf, root } = claim
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let place = index
  let last = size - 1
  let node = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(place) || place === last) {
      node = nodeHash(hash, sibling, node)
      while (!isOdd(place) && place !== 0) {
        place = half(place)
        last = half(last)
      }
    } else {
      node = nodeHash(hash, node, sibling)
    }
    place = half(place)
    last = half(last)
  }
  return last === 0 && sameBytes(node, root)
}

/**
 * True when the proof shows that the tree with `newRoot` begins with the whole tree with `oldRoot`
 * (RFC 9162 section 2.1.4.2). From an empty tree nothing can be shown: always false.
 */
export function verifyConsistency(
  hash: HashFunction,
  claim: { oldSize: number; newSize: number; oldRoot: Uint8Array; newRoot: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  const { oldSize, newSize, oldRoot, newRoot } = claim
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize) || oldSize < 1 || oldSize > newSize) return false
  if (oldSize === newSize) return proof.length === 0 && sameBytes(oldRoot, newRoot)
  let place = oldSize - 1
  let last = newSize - 1
  while (isOdd(place)) {
    place = half(place)
    last = half(last)
  }
  // Where the old size is a power of two, its root is where the walk begins and is left out of the proof.
  const [first, ...rest] = place === 0 ? [oldRoot, ...proof] : proof
  if (first === undefined) return false
  let oldNode = first
  let newNode = first
  for (const sibling of rest) {
    if (last === 0) return false
    if (isOdd(place) || place === last) {
      oldNode = nodeHash(hash, sibling, oldNode)
      newNode = nodeHash(hash, sibling, newNode)
      while (!isOdd(place) && place !== 0) {
        place = half(place)
        last = half(last)
      }
    } else {
      newNode = nodeHash(hash, newNode, sibling)
    }
    place = half(place)
    last = half(last)
  }
  return last === 0 && sameBytes(oldNode, oldRoot) && sameBytes(newNode, newRoot)
}
