/** Quotes one element of a list-valued PostgreSQL setting, so that commas and blanks in a path stay part of it. */
export function quoteForList(element: string): string {
  return `"${element.replaceAll('"', '""')}"`
}
