import { posix } from 'node:path'
import { Visitor } from 'vite'
import type { ParsedCode } from './parsed-code.ts'

/** One import, re-export, dynamic import or type query in a file. */
export interface Edge {
  readonly from: string
  readonly line: number
  /** As written. */
  readonly request: string
  /** Path of our own file; undefined for a library, a node: module, or a file that does not exist. */
  readonly to: string | undefined
  /** True where nothing of it remains at run time. */
  readonly typeOnly: boolean
  /** True for import() with a name written out: it cannot close a cycle at load time. */
  readonly dynamic: boolean
}

export type ModuleGraph = ReadonlyMap<string, readonly Edge[]>

/** Subpath imports of package.json: `#core/*` → `./core/*`. */
export type Subpaths = Readonly<Record<string, string>>

/**
 * The graph of all files given. `paths` holds every file that can be a target (styles and data as well).
 */
export function moduleGraph(files: readonly ParsedCode[], paths: ReadonlySet<string>, subpaths: Subpaths): ModuleGraph {
  return new Map(files.map((file) => [file.path, edgesOf(file, paths, subpaths)]))
}

function edgesOf(file: ParsedCode, paths: ReadonlySet<string>, subpaths: Subpaths): Edge[] {
  const edges: Edge[] = []
  const add = (request: string, at: number, kind: { typeOnly: boolean; dynamic: boolean }): void => {
    edges.push({ from: file.path, line: file.lineAt(at), request, to: resolveRequest(file.path, request, paths, subpaths), ...kind })
  }
  for (const { moduleRequest, entries } of file.module.staticImports) {
    add(moduleRequest.value, moduleRequest.start, { typeOnly: entries.length > 0 && entries.every((e) => e.isType), dynamic: false })
  }
  for (const { entries } of file.module.staticExports) {
    const [first] = entries.filter((entry) => entry.moduleRequest)
    if (first?.moduleRequest) {
      add(first.moduleRequest.value, first.moduleRequest.start, { typeOnly: entries.every((e) => e.isType), dynamic: false })
    }
  }
  new Visitor({
    ImportExpression(node) {
      if (node.source.type === 'Literal' && typeof node.source.value === 'string') {
        add(node.source.value, node.start, { typeOnly: false, dynamic: true })
      }
    },
    TSImportType(node) {
      add(node.source.value, node.start, { typeOnly: true, dynamic: true })
    },
  }).visit(file.program)
  return edges
}

function resolveRequest(from: string, request: string, paths: ReadonlySet<string>, subpaths: Subpaths): string | undefined {
  const bare = request.replace(/\?.*$/, '') // Vite's ?url and ?raw say how to load, not what.
  const target = bare.startsWith('#') ? throughSubpaths(bare, subpaths) : bare.startsWith('.') ? posix.join(posix.dirname(from), bare) : undefined
  if (target === undefined) return undefined
  return paths.has(target) ? target : undefined
}

function throughSubpaths(request: string, subpaths: Subpaths): string | undefined {
  for (const [pattern, target] of Object.entries(subpaths)) {
    const prefix = pattern.replace(/\*$/, '')
    if (request.startsWith(prefix)) return posix.normalize(target.replace('*', request.slice(prefix.length)))
  }
  return undefined
}

/**
 * Groups of files that load each other in a circle (Tarjan's strongly connected components of more than one file,
 * or a file that imports itself). Type imports vanish at run time and dynamic ones are late: neither closes a circle.
 */
export function cycles(graph: ModuleGraph): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const found: string[][] = []
  const targets = (path: string): string[] =>
    (graph.get(path) ?? []).filter((e) => !e.typeOnly && !e.dynamic).flatMap((e) => (e.to !== undefined && graph.has(e.to) ? [e.to] : []))

  const visit = (path: string): void => {
    index.set(path, index.size)
    low.set(path, index.get(path) ?? 0)
    stack.push(path)
    onStack.add(path)
    for (const target of targets(path)) {
      if (!index.has(target)) visit(target)
      if (onStack.has(target)) low.set(path, Math.min(low.get(path) ?? 0, low.get(target) ?? 0))
    }
    if (low.get(path) !== index.get(path)) return
    const circle = stack.splice(stack.indexOf(path))
    for (const member of circle) onStack.delete(member)
    if (circle.length > 1 || targets(path).includes(path)) found.push(circle.toSorted())
  }
  for (const path of graph.keys()) if (!index.has(path)) visit(path)
  return found
}

/** Every file that can be reached from `entries`, types included: what nobody reaches is dead. */
export function reachable(graph: ModuleGraph, entries: Iterable<string>): Set<string> {
  const seen = new Set<string>()
  const waiting = [...entries]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    for (const edge of graph.get(path) ?? []) if (edge.to !== undefined) waiting.push(edge.to)
  }
  return seen
}
