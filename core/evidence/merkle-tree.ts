import { DIGEST_BYTES } from './hash-function.ts'
import type { HashFunction } from './hash-function.ts'

/** RFC 6962 section 2.1: what is hashed for a leaf begins with 0x00, for a node with 0x01. */
const LEAF_PREFIX = 0
const NODE_PREFIX = 1

/**
 * All that must be kept of a tree to go on growing it: the roots of its complete subtrees, from the left
 * (largest) to the right (smallest). There is one for each bit that is set in the size.
 */
export type Frontier = { readonly size: number; readonly nodes: readonly Uint8Array[] }

/** A complete subtree: `level` 0 is a leaf, and node `index` covers leaves index·2^level to (index+1)·2^level − 1. */
export type NodePlace = { readonly level: number; readonly index: number }

/** Called once for each node that becomes complete while leaves are added; its hash never changes again. */
export type NodeSink = (place: NodePlace, hash: Uint8Array) => void

export const EMPTY_FRONTIER: Frontier = { size: 0, nodes: [] }

/** What is hashed for a leaf: 0x00 ‖ bytes, RFC 6962 section 2.1. */
export function leafInput(bytes: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + bytes.length)
  input[0] = LEAF_PREFIX
  input.set(bytes, 1)
  return input
}

/** Hash of a leaf: H(0x00 ‖ bytes), RFC 6962 section 2.1. */
export function leafHash(hash: HashFunction, bytes: Uint8Array): Uint8Array {
  return hash.digest(leafInput(bytes))
}

/** Hash of an inner node: H(0x01 ‖ left ‖ right), RFC 6962 section 2.1. */
export function nodeHash(hash: HashFunction, left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + DIGEST_BYTES + DIGEST_BYTES)
  input[0] = NODE_PREFIX
  input.set(left, 1)
  input.set(right, 1 + DIGEST_BYTES)
  return hash.digest(input)
}

/** The frontier after these leaf hashes are added at the right. The given frontier stays as it is. */
export function appendLeaves(hash: HashFunction, frontier: Frontier, leaves: readonly Uint8Array[], sink?: NodeSink): Frontier {
  const nodes = [...frontier.nodes]
  let size = frontier.size
  for (const leaf of leaves) {
    addLeaf(hash, nodes, size, leaf, sink)
    size += 1
  }
  return { size, nodes }
}

function addLeaf(hash: HashFunction, nodes: Uint8Array[], size: number, leaf: Uint8Array, sink?: NodeSink): void {
  let node = leaf
  let index = size
  let level = 0
  sink?.({ level, index }, node)
  // Each odd index is the right child of a complete pair: join it with the sibling waiting on its left.
  while (isOdd(index)) {
    const left = nodes.pop()
    if (left === undefined) throw new RangeError(`the frontier of size ${size} lacks a node at level ${level}`)
    node = nodeHash(hash, left, node)
    index = half(index)
    level += 1
    sink?.({ level, index }, node)
  }
  nodes.push(node)
}

/** Root of the tree; that of an empty tree is the hash of nothing (RFC 6962 section 2.1). */
export function frontierRoot(hash: HashFunction, frontier: Frontier): Uint8Array {
  return foldRight(hash, frontier.nodes) ?? hash.digest(new Uint8Array(0))
}

/** Joins the roots of complete subtrees, largest on the left, into the root of the tree they form. */
export function foldRight(hash: HashFunction, nodes: readonly Uint8Array[]): Uint8Array | undefined {
  return nodes.reduceRight<Uint8Array | undefined>((right, left) => (right === undefined ? left : nodeHash(hash, left, right)), undefined)
}

/** Root over a list of leaf hashes. */
export function rootOf(hash: HashFunction, leaves: readonly Uint8Array[]): Uint8Array {
  return frontierRoot(hash, appendLeaves(hash, EMPTY_FRONTIER, leaves))
}

/** How many nodes the frontier of a tree of this size has: the number of bits set in it. */
export function frontierLength(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = half(rest)) if (isOdd(rest)) count += 1
  return count
}

/** unit: children of a node; source: RFC 6962 section 2.1. Not a shift: those end at 32 bits, sizes go to 2^53. */
const CHILDREN = 2

/** Whole half of a non-negative integer. */
export function half(value: number): number {
  return Math.floor(value / CHILDREN)
}

export function isOdd(value: number): boolean {
  return value % CHILDREN === 1
}

/** Largest power of two that is smaller than `size`, for size above 1 (RFC 6962's k). */
export function splitPoint(size: number): number {
  let power = 1
  while (power * CHILDREN < size) power *= CHILDREN
  return power
}
