/** The little Markdown that our own generated pages use: headings, lists, tables, paragraphs. */
export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'list'; ordered: boolean; items: { text: string; depth: number }[] }
  | { kind: 'table'; header: string[]; rows: string[][] }
  | { kind: 'quote'; text: string }
  | { kind: 'paragraph'; text: string }

/** Reads blocks in their order. What is no known block is a paragraph: no text is ever lost. */
export function markdownBlocks(markdown: string): Block[] {
  const blocks: Block[] = []
  const lines = markdown.split('\n')
  for (let at = 0; at < lines.length; ) {
    const { block, used } = blockAt(lines, at)
    if (block !== null) blocks.push(block)
    at += used
  }
  return blocks
}

const HEADING = /^(#{1,6})\s+(.*)$/
const ITEM = /^(\s*)([-*]|\d+[.)])\s+(.*)$/
const SPACES_PER_DEPTH = 2

function blockAt(lines: readonly string[], at: number): { block: Block | null; used: number } {
  const line = lines[at] ?? ''
  if (line.trim() === '') return { block: null, used: 1 }
  const heading = HEADING.exec(line)
  if (heading) return { block: { kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' }, used: 1 }
  if (ITEM.test(line)) return list(lines, at)
  if (line.startsWith('|')) return table(lines, at)
  if (line.startsWith('>')) return { block: { kind: 'quote', text: line.replace(/^>\s?/, '') }, used: 1 }
  return { block: { kind: 'paragraph', text: line.trim() }, used: 1 }
}

function list(lines: readonly string[], at: number): { block: Block; used: number } {
  const items: { text: string; depth: number }[] = []
  let used = 0
  for (let line = lines[at]; line !== undefined; line = lines[at + used]) {
    const match = ITEM.exec(line)
    if (!match) break
    items.push({ text: match[3] ?? '', depth: Math.floor((match[1] ?? '').length / SPACES_PER_DEPTH) })
    used += 1
  }
  return { block: { kind: 'list', ordered: /^\s*\d/.test(lines[at] ?? ''), items }, used }
}

function table(lines: readonly string[], at: number): { block: Block; used: number } {
  const found: string[][] = []
  let used = 0
  for (let line = lines[at]; line?.startsWith('|'); line = lines[at + used]) {
    if (!/^\|[\s:|-]+\|?\s*$/.test(line)) found.push(line.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll(String.raw`\|`, '|')))
    used += 1
  }
  const [header = [], ...rows] = found
  return { block: { kind: 'table', header, rows }, used }
}

export type Span = { kind: 'text' | 'strong' | 'code'; text: string }

/** `**strong**` and `` `code` `` within a line; the rest is text. */
export function spans(text: string): Span[] {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).filter((part) => part !== '').map((part) => {
    if (part.startsWith('**')) return { kind: 'strong', text: part.slice(2, -2) }
    if (part.startsWith('`')) return { kind: 'code', text: part.slice(1, -1) }
    return { kind: 'text', text: part }
  })
}
