/** A name as an SQL identifier, whatever stands in it. */
export function quotedIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as an SQL literal, for what is built where the engine takes no parameter. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
