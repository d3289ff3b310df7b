import { roleTitles, typeTitles } from '#core/boundary/column-words.ts'

/** What an office calls a column's type or role that came over the wire; a word that nobody knows stays as it came. */
export function typeTitle(type: string): string {
  return new Map<string, string>(Object.entries(typeTitles)).get(type) ?? type
}

export function roleTitle(role: string): string {
  return new Map<string, string>(Object.entries(roleTitles)).get(role) ?? role
}
