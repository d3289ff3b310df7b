import { expect, test } from 'vitest'
import { markdownBlocks, spans } from './markdown-blocks.ts'

test('a generated page is read block by block, with nothing lost', () => {
  const page = ['# 数据需求', '', '由**运营机构**提出。', '- 通过', '  - 送提供单位', '| 环节 | 期限 |', '|---|---|', '| 形式审查 | 5个\\|工作日 |', '> 原文', '尾'].join('\n')
  expect(markdownBlocks(page)).toEqual([
    { kind: 'heading', level: 1, text: '数据需求' },
    { kind: 'paragraph', text: '由**运营机构**提出。' },
    { kind: 'list', ordered: false, items: [{ text: '通过', depth: 0 }, { text: '送提供单位', depth: 1 }] },
    { kind: 'table', header: ['环节', '期限'], rows: [['形式审查', '5个|工作日']] },
    { kind: 'quote', text: '原文' },
    { kind: 'paragraph', text: '尾' },
  ])
  expect(markdownBlocks('')).toEqual([])
})

test('strong and code within a line; a lone asterisk is a character', () => {
  expect(spans('由**机构**按`figure`办理，2 * 3')).toEqual([
    { kind: 'text', text: '由' },
    { kind: 'strong', text: '机构' },
    { kind: 'text', text: '按' },
    { kind: 'code', text: 'figure' },
    { kind: 'text', text: '办理，2 * 3' },
  ])
})
