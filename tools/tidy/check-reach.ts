import { posix } from 'node:path'
import { Visitor } from 'vite'
import { textOf } from './checkout.ts'
import type { Check, Checkout } from './checkout.ts'
import type { ParsedCode } from '#tools/house/parsed-code.ts'
import { moduleGraph, reachable } from '#tools/house/module-graph.ts'
import type { Subpaths } from '#tools/house/module-graph.ts'
import { isTest } from '#tools/house/source-tree.ts'
import { z } from 'zod'

const Manifest = z.object({
  imports: z.record(z.string(), z.string()).default({}),
  scripts: z.record(z.string(), z.string()).default({}),
})

/** Subpath imports as package.json has them. */
export function subpathsOf(checkout: Checkout): Subpaths {
  return manifestOf(checkout).imports
}

function manifestOf(checkout: Checkout): z.infer<typeof Manifest> {
  return Manifest.parse(JSON.parse(textOf(checkout, 'package.json') ?? '{}'))
}

/** A file that no command, page, configuration or test reaches is dead, or lacks its test and its caller. */
export const checkDeadFiles: Check = (checkout) => {
  const paths = new Set(checkout.files.map((file) => file.path))
  const graph = moduleGraph(checkout.code, paths, subpathsOf(checkout))
  const named = new Map(checkout.code.map((file) => [file.path, filesNamedIn(file, paths)]))
  const withNames = new Map([...graph].map(([path, edges]) => [path, [...edges, ...(named.get(path) ?? []).map((to) => edgeByName(path, to))]]))
  const alive = reachable(withNames, entriesOf(checkout, paths))
  return checkout.code
    .filter((file) => !alive.has(file.path))
    .map((file) => ({
      rule: 'dead-file',
      file: file.path,
      line: 1,
      wrong: 'no command, page, configuration or test reaches this file',
      instead: 'import it where it is needed and test it, or remove it',
    }))
}

function edgeByName(from: string, to: string) {
  return { from, line: 1, request: to, to, typeOnly: false, dynamic: true }
}

/** Workers and child processes are started by the name of their file: `new URL('./worker.ts', …)`, `'apps/api/main.ts'`. */
function filesNamedIn(file: ParsedCode, paths: ReadonlySet<string>): string[] {
  const targets: string[] = []
  const look = (text: unknown): void => {
    if (typeof text !== 'string' || !/\.(ts|tsx|mts)$/.test(text)) return
    const candidates = [posix.join(posix.dirname(file.path), text), posix.normalize(text.replace(/^[./]+/, ''))]
    targets.push(...candidates.filter((candidate) => paths.has(candidate)))
  }
  new Visitor({
    Literal: (node) => look(node.value),
    TemplateElement: (node) => look(node.value.cooked),
  }).visit(file.program)
  return targets
}

function entriesOf(checkout: Checkout, paths: ReadonlySet<string>): string[] {
  const scripts = Object.values(manifestOf(checkout).scripts).flatMap((script) => script.match(/[\w./-]+\.ts\b/g) ?? [])
  const pages = checkout.files.filter((file) => file.path.endsWith('.html')).flatMap(scriptsOfPage)
  const roots = checkout.code.map((file) => file.path).filter((path) => isTestEntry(path) || isConfiguration(path) || isMain(path))
  return [...scripts, ...pages, ...roots].filter((path) => paths.has(path))
}

function scriptsOfPage({ path, text }: { path: string; text: string }): string[] {
  return [...text.matchAll(/<script[^>]+src="([^"]+)"/g)].flatMap((match) => (match[1] ? [posix.join(posix.dirname(path), match[1])] : []))
}

/** What vitest runs; a file under tests/ that is none must be imported by one. */
function isTestEntry(path: string): boolean {
  return isTest(path) && path.endsWith('.test.ts')
}

function isConfiguration(path: string): boolean {
  return /(^|\/)[\w-]+\.config\.(ts|mts)$/.test(path)
}

/** An app starts in the `main.ts` right below its folder. */
function isMain(path: string): boolean {
  return /^(apps|tools)\/[\w-]+\/main\.tsx?$/.test(path)
}
