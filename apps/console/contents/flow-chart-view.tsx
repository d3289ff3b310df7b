import { useMemo } from 'react'
import { flowChart } from './flow-chart.ts'
import type { FlowArrow, FlowChart, FlowNode } from './flow-chart.ts'

/** unit of all: CSS pixels */
const SIZE = { width: 168, height: 40, across: 40, down: 56, margin: 16, side: 70 }

/** A procedure as a picture: steps from top to bottom, arrows with the outcomes' names. The text beside it says the same. */
export function FlowChartView({ text, title }: { text: string; title: string }) {
  const chart = useMemo(() => flowChart(text), [text])
  const width = chart.widest * (SIZE.width + SIZE.across) + SIZE.side * 2
  const height = chart.layers * (SIZE.height + SIZE.down) + SIZE.margin * 2
  const nodes = new Map(chart.nodes.map((node) => [node.id, node]))
  return (
    <div className="flow">
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
        <title>{`${title}流程图`}</title>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0L8 4L0 8z" fill="#5b6b7f" />
          </marker>
        </defs>
        {chart.arrows.map((arrow) => <Arrow key={`${arrow.from} ${arrow.to} ${arrow.label}`} arrow={arrow} nodes={nodes} chart={chart} width={width} />)}
        {chart.nodes.map((node) => <Step key={node.id} node={node} at={placeOf(node, chart, width)} />)}
      </svg>
    </div>
  )
}

type Point = { x: number; y: number }

function placeOf(node: FlowNode, chart: FlowChart, width: number): Point {
  const inLayer = chart.nodes.filter(({ layer }) => layer === node.layer).length
  const step = SIZE.width + SIZE.across
  const start = (width - inLayer * step + SIZE.across) / 2
  return { x: start + node.place * step, y: SIZE.margin + node.layer * (SIZE.height + SIZE.down) }
}

function Step({ node, at }: { node: FlowNode; at: Point }) {
  const LINE = 12 // characters that fit on one line of a box
  const lines = node.title.length > LINE ? [node.title.slice(0, LINE), node.title.length > LINE * 2 ? `${node.title.slice(LINE, LINE * 2 - 1)}…` : node.title.slice(LINE)] : [node.title]
  return (
    <g>
      <title>{node.title}</title>
      <rect x={at.x} y={at.y} width={SIZE.width} height={SIZE.height} rx={node.rounded ? SIZE.height / 2 : 5} fill={node.rounded ? '#e3eefb' : '#ffffff'} stroke="#0b4f9e" />
      {lines.map((line, index) => (
        <text key={line} x={at.x + SIZE.width / 2} y={at.y + SIZE.height / 2 + 4.5 + (index - (lines.length - 1) / 2) * 15} textAnchor="middle" fontSize="13">{line}</text>
      ))}
    </g>
  )
}

function Arrow({ arrow, nodes, chart, width }: { arrow: FlowArrow; nodes: ReadonlyMap<string, FlowNode>; chart: FlowChart; width: number }) {
  const [from, to] = [nodes.get(arrow.from), nodes.get(arrow.to)]
  if (from === undefined || to === undefined) return null
  const { path, label } = arrow.back ? aroundTheSide(placeOf(from, chart, width), placeOf(to, chart, width)) : downwards(placeOf(from, chart, width), placeOf(to, chart, width))
  return (
    <g>
      <path d={path} fill="none" stroke={arrow.back ? '#ad5b00' : '#5b6b7f'} strokeDasharray={arrow.dashed ? '5 4' : undefined} markerEnd="url(#arrow)" />
      <text x={label.x} y={label.y} textAnchor="middle" fontSize="12" fill="#33475b" stroke="#ffffff" strokeWidth="4" paintOrder="stroke">{arrow.label.length > 16 ? `${arrow.label.slice(0, 15)}…` : arrow.label}</text>
    </g>
  )
}

function downwards(from: Point, to: Point): { path: string; label: Point } {
  const [x1, y1, x2, y2] = [from.x + SIZE.width / 2, from.y + SIZE.height, to.x + SIZE.width / 2, to.y]
  const bend = (y2 - y1) / 2
  return { path: `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`, label: { x: (x1 * 1 + x2 * 2) / 3, y: y2 - SIZE.down / 2 + 8 } }
}

function aroundTheSide(from: Point, to: Point): { path: string; label: Point } {
  const [x1, y1, x2, y2] = [from.x + SIZE.width, from.y + SIZE.height / 2, to.x + SIZE.width, to.y + SIZE.height / 2 + 6]
  const out = Math.max(x1, x2) + SIZE.side * 0.7
  return { path: `M${x1} ${y1}C${out} ${y1} ${out} ${y2} ${x2} ${y2}`, label: { x: out - 12, y: (y1 + y2) / 2 } }
}
