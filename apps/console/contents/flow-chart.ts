export type FlowNode = { id: string; title: string; rounded: boolean; layer: number; place: number }
export type FlowArrow = { from: string; to: string; label: string; dashed: boolean; back: boolean }
export type FlowChart = { nodes: FlowNode[]; arrows: FlowArrow[]; layers: number; widest: number }

const NODE = /^(\w+)(\(\[|\[)"([^"]*)"(\]\)|\])$/
const ARROW = /^(\w+)\s+(-->|-\.->)\|"([^"]*)"\|\s+(\w+(?:(?:\(\[|\[)"[^"]*"(?:\]\)|\]))?)$/

/**
 * Reads the flow chart that the server writes (nodes, then arrows with a label) and lays it out in layers: each step
 * below the last one that leads to it, arrows that lead back marked as such.
 */
export function flowChart(text: string): FlowChart {
  const titles = new Map<string, { title: string; rounded: boolean }>()
  const arrows: Omit<FlowArrow, 'back'>[] = []
  const nodeOf = (written: string): string => {
    const [, id, bracket, title] = NODE.exec(written) ?? []
    if (id === undefined || title === undefined) return written
    titles.set(id, { title, rounded: bracket === '([' })
    return id
  }
  for (const line of text.split('\n').map((one) => one.trim())) {
    const [, from, kind, label = '', to] = ARROW.exec(line) ?? []
    if (from !== undefined && to !== undefined) arrows.push({ from, to: nodeOf(to), label, dashed: kind === '-.->' })
    else nodeOf(line)
  }
  const ids = [...titles.keys()]
  const back = backArrows(ids, arrows)
  const layerOf = layers(ids, arrows.filter((arrow) => !back.has(arrow)))
  const filled = new Map<number, number>()
  const nodes = ids.map((id) => {
    const layer = layerOf.get(id) ?? 0
    const place = filled.get(layer) ?? 0
    filled.set(layer, place + 1)
    return { id, ...(titles.get(id) ?? { title: id, rounded: false }), layer, place }
  })
  return { nodes, arrows: merged(arrows.map((arrow) => ({ ...arrow, back: back.has(arrow) }))), layers: Math.max(0, ...nodes.map(({ layer }) => layer + 1)), widest: Math.max(0, ...filled.values()) }
}

/** Arrows to a step that is still being left: they close a circle. */
function backArrows(ids: readonly string[], arrows: readonly Omit<FlowArrow, 'back'>[]): ReadonlySet<unknown> {
  const back = new Set<unknown>()
  const state = new Map<string, 'on-path' | 'left'>()
  const visit = (id: string): void => {
    state.set(id, 'on-path')
    for (const arrow of arrows.filter(({ from }) => from === id)) {
      if (state.get(arrow.to) === 'on-path') back.add(arrow)
      else if (!state.has(arrow.to)) visit(arrow.to)
    }
    state.set(id, 'left')
  }
  for (const id of ids) if (!state.has(id)) visit(id)
  return back
}

/** The longest way to each step: without circles it settles in at most as many rounds as there are steps. */
function layers(ids: readonly string[], arrows: readonly Omit<FlowArrow, 'back'>[]): Map<string, number> {
  const layerOf = new Map(ids.map((id) => [id, 0]))
  for (let round = 0; round < ids.length; round += 1) {
    for (const { from, to } of arrows) layerOf.set(to, Math.max(layerOf.get(to) ?? 0, (layerOf.get(from) ?? 0) + 1))
  }
  return layerOf
}

/** Several outcomes that lead to the same step are one arrow with all their names. */
function merged(arrows: readonly FlowArrow[]): FlowArrow[] {
  const byEnds = new Map<string, FlowArrow>()
  for (const arrow of arrows) {
    const key = `${arrow.from} ${arrow.to} ${arrow.dashed}`
    const found = byEnds.get(key)
    byEnds.set(key, found === undefined ? arrow : { ...found, label: `${found.label}、${arrow.label}` })
  }
  return [...byEnds.values()]
}
