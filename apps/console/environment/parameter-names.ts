/** Comments, texts and quoted names, in which a dollar sign is only a sign. */
const NOT_SYNTAX = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)/g
const NAME = /\$([A-Za-z_]\w*)/g

/** The names of a statement's `$name` parameters, each once, in the order in which they first stand there. */
export function parameterNames(sql: string): string[] {
  return [...new Set([...sql.replace(NOT_SYNTAX, ' ').matchAll(NAME)].map(([, name]) => name ?? ''))]
}

/** The type that a name suggests, for a field that was never filled in. */
export function likelyType(name: string): 'date' | 'integer' | 'text' {
  if (/(date|day|from|to|since|until|_on)$/i.test(name)) return 'date'
  return /(count|year|month|number|limit|least|most|age)$/i.test(name) ? 'integer' : 'text'
}
