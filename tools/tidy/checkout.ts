import type { Finding } from './finding.ts'
import { parseCode } from '#tools/house/parsed-code.ts'
import type { ParsedCode } from '#tools/house/parsed-code.ts'
import { isCode, readSourceTree } from '#tools/house/source-tree.ts'
import type { TextFile } from '#tools/house/source-tree.ts'

/** What every check looks at: all text files, and the TypeScript among them as syntax trees. */
export interface Checkout {
  readonly files: readonly TextFile[]
  readonly code: readonly ParsedCode[]
}

/** A check reads the checkout and says what is wrong. It changes nothing and reads nothing else. */
export type Check = (checkout: Checkout) => Finding[]

/** Reads the tree below `root`. Throws where a file is not TypeScript: nothing else can be judged before that. */
export function openCheckout(root: string): Checkout {
  return checkoutOf(readSourceTree(root))
}

/** The same from files in memory. */
export function checkoutOf(files: readonly TextFile[]): Checkout {
  return { files, code: files.filter((file) => isCode(file.path)).map(parseCode) }
}

/** The text of one file of the checkout, or undefined. */
export function textOf(checkout: Checkout, path: string): string | undefined {
  return checkout.files.find((file) => file.path === path)?.text
}

/** 1-based line of an offset in a text. */
export function lineOfOffset(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
