import { expect, test } from 'vitest'
import { csvText } from './csv-text.ts'

test('a table becomes CSV that Excel opens with its Chinese whole', () => {
  expect(csvText(['编号', '天数'], [['甲〔2026〕1号', 3], ['乙,“丙”', null]])).toBe('\uFEFF编号,天数\r\n甲〔2026〕1号,3\r\n"乙,“丙”",\r\n')
})

test('quotes and line breaks inside a cell stay inside it', () => {
  expect(csvText(['说明'], [['他说"好"\n走了']])).toContain('"他说""好""\n走了"')
})

test('a text that a spreadsheet would run as a formula is made a text; a negative number stays a number', () => {
  expect(csvText(['值'], [['=HYPERLINK("http://x")'], ['-5'], ['+1'], ['@a'], [-5]])).toBe('\uFEFF值\r\n"\'=HYPERLINK(""http://x"")"\r\n\'-5\r\n\'+1\r\n\'@a\r\n-5\r\n')
})
