import { describe, expect, test } from 'vitest'
import type { TableContent } from '#core/pack/content-format.ts'
import { pastedRows } from './pasted-rows.ts'

const table: TableContent = {
  type: 'table',
  title: '数据资源目录',
  columns: {
    name: { type: 'text', title: '名称' },
    provider: { type: 'organization', title: '提供单位' },
    rows: { type: 'number', title: '行数', unit: '行' },
    since: { type: 'date', title: '起始日' },
    open: { type: 'flag', title: '是否开放' },
    kind: { type: 'choice', title: '类别', of: { air: '空气', water: '水' } },
    fields: { type: 'texts', title: '字段' },
  },
}
const names = (_: unknown, text: string) => (text === '环境局' ? 'org-1' : undefined)
const paste = (text: string) => pastedRows(table, text, names)

describe('rows pasted from a spreadsheet', () => {
  test('are read in the order of the form, with dates, choices and lists as people write them', () => {
    const { rows, faults } = paste('空气质量\t环境局\t1,234\t2026年3月1日\t是\t空气\t站点、PM2.5\r\n水质\t环境局\t5\t2026/3/31\t否\twater\t断面\r\n')
    expect(faults).toEqual([])
    expect(rows).toEqual([
      { name: '空气质量', provider: 'org-1', rows: 1234, since: '2026-03-01', open: true, kind: 'air', fields: ['站点', 'PM2.5'] },
      { name: '水质', provider: 'org-1', rows: 5, since: '2026-03-31', open: false, kind: 'water', fields: ['断面'] },
    ])
  })

  test('follow a header of our titles in any order, with the unit or a mark behind the title', () => {
    expect(paste('行数（行）\t名称*\n7\t空气').rows).toEqual([{ rows: 7, name: '空气' }])
  })

  test('a quoted cell keeps its line break, tab and quotes', () => {
    expect(paste('"第一行\n第""二""行\t完"\t环境局').rows).toEqual([{ name: '第一行\n第"二"行\t完', provider: 'org-1' }])
  })

  test('a cell that cannot be read is named by row and column and left empty; the others stay', () => {
    const { rows, faults } = paste('空气\t无名局\t很多\t2026-02-29\t也许\t火')
    expect(rows).toEqual([{ name: '空气' }])
    expect(faults.map(({ row, column }) => `${row}${column}`)).toEqual(['1提供单位', '1行数', '1起始日', '1是否开放', '1类别'])
  })

  test('a column too many is named, empty lines are nothing', () => {
    const { rows, faults } = paste('\n空气\t\t\t\t\t\t\t多余\n\n')
    expect(rows).toEqual([{ name: '空气' }])
    expect(faults).toEqual([{ row: 1, column: '（多出的列）', wrong: '“多余”没有对应的列' }])
    expect(paste('  \n').rows).toEqual([])
  })
})
