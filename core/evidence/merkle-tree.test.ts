import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from './hash-function.ts'
import type { HashFunction } from './hash-function.ts'
import { consistencyRanges, inclusionRanges, subtreesOf, verifyConsistency, verifyInclusion } from './merkle-proof.ts'
import type { LeafRange } from './merkle-proof.ts'
import { appendLeaves, EMPTY_FRONTIER, foldRight, frontierLength, frontierRoot, leafHash, rootOf } from './merkle-tree.ts'

const hashOf = (name: HashFunction['name']): HashFunction => ({ name, digest: (bytes) => createHash(name).update(bytes).digest() })
const sha256 = hashOf('sha256')
const hashes = [sha256, hashOf('sm3')]
const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

// Reference data of Certificate Transparency for RFC 6962: eight leaves, the root at each size, known proofs.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((hex) => leafHash(sha256, fromHex(hex)))
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const PAIR_01 = 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'
const PAIR_23 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e'
const FIRST_FOUR = 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'
const LAST_FOUR = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'
const LEAF_1 = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'
const LEAF_2 = '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7'
const LEAF_3 = '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7'
const LEAF_4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'
const PAIR_45 = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a'
const PAIR_67 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0'

const proofFrom = (hash: HashFunction, all: readonly Uint8Array[], ranges: readonly LeafRange[]) => ranges.map(({ from, to }) => rootOf(hash, all.slice(from, to)))

describe('the tree of RFC 6962 with the reference data of Certificate Transparency', () => {
  test.each(roots.map((root, size) => ({ size, root })))('has the known root at size $size', ({ size, root }) => {
    expect(toHex(rootOf(sha256, leaves.slice(0, size)))).toBe(root)
  })

  test.each([
    { index: 0, size: 8, proof: [LEAF_1, PAIR_23, LAST_FOUR] },
    { index: 5, size: 8, proof: [LEAF_4, PAIR_67, FIRST_FOUR] },
    { index: 2, size: 3, proof: [PAIR_01] },
    { index: 0, size: 1, proof: [] },
  ])('has the known inclusion proof of leaf $index at size $size', ({ index, size, proof }) => {
    expect(proofFrom(sha256, leaves, inclusionRanges(index, size)).map(toHex)).toEqual(proof)
  })

  test.each([
    { oldSize: 1, newSize: 8, proof: [LEAF_1, PAIR_23, LAST_FOUR] },
    { oldSize: 6, newSize: 8, proof: [PAIR_45, PAIR_67, FIRST_FOUR] },
    { oldSize: 2, newSize: 5, proof: [PAIR_23, LEAF_4] },
    { oldSize: 3, newSize: 8, proof: [LEAF_2, LEAF_3, PAIR_01, LAST_FOUR] },
    { oldSize: 8, newSize: 8, proof: [] },
  ])('has the known consistency proof from $oldSize to $newSize', ({ oldSize, newSize, proof }) => {
    expect(proofFrom(sha256, leaves, consistencyRanges(oldSize, newSize)).map(toHex)).toEqual(proof)
  })

  test('proves nothing from the empty tree', () => {
    expect(() => consistencyRanges(0, 8)).toThrow(RangeError)
    const claim = { oldSize: 0, newSize: 8, oldRoot: fromHex(roots[0] ?? ''), newRoot: fromHex(roots[8] ?? '') }
    expect(verifyConsistency(sha256, claim, [])).toBe(false)
    expect(() => inclusionRanges(0, 0)).toThrow(RangeError)
  })
})

const trees = fc.tuple(fc.constantFrom(...hashes), fc.integer({ min: 1, max: 300 })).map(([hash, size]) => ({
  hash,
  all: Array.from({ length: size }, (_, index) => leafHash(hash, new TextEncoder().encode(`leaf ${index}`))),
}))

describe('a tree of any size, with either hash', () => {
  test('grows to the same root in whatever batches the leaves arrive', () => {
    fc.assert(
      fc.property(trees, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), ({ hash, all }, batches) => {
        let frontier = EMPTY_FRONTIER
        for (const batch of [...batches, all.length]) frontier = appendLeaves(hash, frontier, all.slice(frontier.size, frontier.size + batch))
        expect(frontier.size).toBe(all.length)
        expect(frontier.nodes).toHaveLength(frontierLength(all.length))
        expect(frontierRoot(hash, frontier)).toEqual(rootOf(hash, all))
      }),
    )
  })

  test('tells each node once it is complete, and ranges can be put together from them', () => {
    fc.assert(
      fc.property(trees, fc.nat(), ({ hash, all }, pick) => {
        const nodes = new Map<string, Uint8Array>()
        appendLeaves(hash, EMPTY_FRONTIER, all, ({ level, index }, node) => nodes.set(`${level}/${index}`, node))
        for (const range of inclusionRanges(pick % all.length, all.length)) {
          const parts = subtreesOf(range).map(({ level, index }) => nodes.get(`${level}/${index}`))
          expect(foldRight(hash, parts.filter((part) => part !== undefined))).toEqual(rootOf(hash, all.slice(range.from, range.to)))
        }
      }),
    )
  })

  test('has inclusion proofs that hold for their leaf, place, size and root and for nothing else', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), ({ hash, all }, pick, flip) => {
        const index = pick % all.length
        const proof = proofFrom(hash, all, inclusionRanges(index, all.length))
        const claim = { index, size: all.length, leaf: all[index] ?? new Uint8Array(0), root: rootOf(hash, all) }
        expect(verifyInclusion(hash, claim, proof)).toBe(true)
        expect(verifyInclusion(hash, { ...claim, leaf: bitFlipped(claim.leaf, flip) }, proof)).toBe(false)
        expect(verifyInclusion(hash, { ...claim, root: bitFlipped(claim.root, flip) }, proof)).toBe(false)
        expect(verifyInclusion(hash, claim, [...proof, claim.leaf])).toBe(false)
        if (proof.length === 0) return
        expect(verifyInclusion(hash, claim, proof.slice(1))).toBe(false)
        const at = flip % proof.length
        expect(verifyInclusion(hash, claim, proof.map((node, place) => (place === at ? bitFlipped(node, flip) : node)))).toBe(false)
        expect(verifyInclusion(hash, { ...claim, index: index === 0 ? 1 : index - 1 }, proof)).toBe(false)
      }),
    )
  })

  test('has consistency proofs that hold for their two sizes and roots and for nothing else', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), ({ hash, all }, pick, flip) => {
        const oldSize = 1 + (pick % all.length)
        const proof = proofFrom(hash, all, consistencyRanges(oldSize, all.length))
        const claim = { oldSize, newSize: all.length, oldRoot: rootOf(hash, all.slice(0, oldSize)), newRoot: rootOf(hash, all) }
        expect(verifyConsistency(hash, claim, proof)).toBe(true)
        expect(verifyConsistency(hash, { ...claim, oldRoot: bitFlipped(claim.oldRoot, flip) }, proof)).toBe(false)
        expect(verifyConsistency(hash, { ...claim, newRoot: bitFlipped(claim.newRoot, flip) }, proof)).toBe(false)
        expect(verifyConsistency(hash, claim, [...proof, claim.newRoot])).toBe(false)
        if (proof.length > 0) expect(verifyConsistency(hash, claim, proof.slice(0, -1))).toBe(false)
      }),
    )
  })
})

function bitFlipped(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = Uint8Array.from(bytes)
  const at = bit % flipped.length
  flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit % 8))
  return flipped
}
