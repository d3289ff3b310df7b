import { expect, test } from 'vitest'
import { flowChart } from './flow-chart.ts'

const text = `flowchart TD
  open(["提出需求"])
  s_formal["形式审查"]
  s_source["提供单位审核"]
  open -->|"提出需求"| s_formal
  s_formal -->|"通过（逐一）"| s_source
  s_formal -->|"退回补正"| s_formal
  s_source -->|"同意"| ended(["办结"])
  s_source -->|"拒绝"| ended(["办结"])
  s_source -->|"退回"| s_formal
  s_formal -.->|"逾期"| s_source
`

test('steps are laid out below what leads to them, and what leads back is marked', () => {
  const { nodes, arrows, layers, widest } = flowChart(text)
  expect(nodes.map(({ title, layer, rounded }) => [title, layer, rounded])).toEqual([['提出需求', 0, true], ['形式审查', 1, false], ['提供单位审核', 2, false], ['办结', 3, true]])
  expect({ layers, widest }).toEqual({ layers: 4, widest: 1 })
  expect(arrows.filter(({ back }) => back).map(({ from, to }) => `${from}>${to}`)).toEqual(['s_formal>s_formal', 's_source>s_formal'])
})

test('outcomes that lead to the same step are one arrow; an overdue one stays apart', () => {
  const { arrows } = flowChart(text)
  expect(arrows.find(({ to }) => to === 'ended')?.label).toBe('同意、拒绝')
  expect(arrows.filter(({ from, to }) => from === 's_formal' && to === 's_source').map(({ label, dashed }) => [label, dashed])).toEqual([['通过（逐一）', false], ['逾期', true]])
})

test('an empty text is an empty chart', () => {
  expect(flowChart('')).toEqual({ nodes: [], arrows: [], layers: 0, widest: 0 })
})
