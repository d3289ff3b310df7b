import { createElement } from 'react'
import { markdownBlocks, spans } from './markdown-blocks.ts'
import type { Block } from './markdown-blocks.ts'

/** A page that the platform generated from a pack. Elements are made one by one, so no text of a pack becomes HTML. */
export function Markdown({ text, topLevel = 3 }: { text: string; topLevel?: number }) {
  return (
    <div className="markdown">
      {markdownBlocks(text).map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a fixed text: blocks never move
        <BlockView key={index} block={block} topLevel={topLevel} />
      ))}
    </div>
  )
}

const DEEPEST = 6 // HTML has no heading below h6

function BlockView({ block, topLevel }: { block: Block; topLevel: number }) {
  switch (block.kind) {
    case 'heading':
      return createElement(`h${Math.min(DEEPEST, block.level - 1 + topLevel)}`, {}, <Spans text={block.text} />)
    case 'paragraph':
      return <p><Spans text={block.text} /></p>
    case 'quote':
      return <blockquote><Spans text={block.text} /></blockquote>
    case 'list':
      return createElement(
        block.ordered ? 'ol' : 'ul',
        {},
        // oxlint-disable-next-line react/no-array-index-key -- a fixed text: items never move
        block.items.map(({ text, depth }, index) => <li key={index} className={`depth-${depth}`}><Spans text={text} /></li>),
      )
    case 'table':
      return <TableBlock header={block.header} rows={block.rows} />
  }
}

function TableBlock({ header, rows }: { header: string[]; rows: string[][] }) {
  return (
    <div className="value-table">
      <table className="row-lines">
        <thead>
          <tr>{header.map((cell) => <th key={cell} scope="col"><Spans text={cell} /></th>)}</tr>
        </thead>
        <tbody>
          {/* oxlint-disable-next-line react/no-array-index-key -- a fixed text: rows and cells never move */}
          {rows.map((row, at) => <tr key={at}>{row.map((cell, index) => <td key={index}><Spans text={cell} /></td>)}</tr>)}
        </tbody>
      </table>
    </div>
  )
}

function Spans({ text }: { text: string }) {
  return spans(text).map(({ kind, text: part }, index) => {
    const key = `${index}${part}`
    if (kind === 'strong') return <strong key={key}>{part}</strong>
    return kind === 'code' ? <code key={key}>{part}</code> : <span key={key}>{part}</span>
  })
}
