/** An obligation's id as a title writes it: regulation, article, and what of it. */
const ID = /^[a-z]{2}\d{2}-\d+(\.\d+)*[a-z]?$/
const BEGINS_WITH_ID = /^[a-z]{2}\d{2}-\d/

/**
 * The obligations that a test's title says it covers: the ids before its first colon, as in
 * `xx25-23.1a xx25-23.1b: received on Friday, due on Tuesday`. Empty where the title does not begin that way.
 */
export function idsOfTitle(title: string): string[] {
  const colon = title.indexOf(':')
  if (colon < 0) return []
  const words = title.slice(0, colon).trim().split(/\s+/)
  return words.every((word) => ID.test(word)) ? words : []
}

/** A title that begins with an id but does not say clearly which obligations it covers. */
export function isUnclear(title: string): boolean {
  return BEGINS_WITH_ID.test(title) && idsOfTitle(title).length === 0
}
