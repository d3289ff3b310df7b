import type { Edge, ModuleGraph } from './module-graph.ts'
import { cycles } from './module-graph.ts'
import { isTest } from './source-tree.ts'

/** One import that the house does not allow. */
export interface Breach {
  readonly from: string
  readonly line: number
  readonly request: string
  /** The rule it breaks, as a sentence. */
  readonly rule: string
}

const ROOMS = ['core', 'adapters', 'capabilities', 'apps', 'tools', 'demo', 'packs', 'tests'] as const
type Room = (typeof ROOMS)[number]

/** Files of a capability that may touch the outside: the suffix is the licence. */
const LICENSED = /\.(facts|store|effects|routes|job)\.tsx?$/
const PUBLISHED = /\.facts\.ts$/
/** Libraries that need no Node, no browser, no clock. */
const PURE_LIBRARIES = new Set(['zod'])
/** Where the wire types of the API live: the one thing that browser apps take from another app, as types. */
const WIRE = /^apps\/api\/wire\//
const BROWSER_APPS = new Set(['console', 'portal'])
/** The tool that runs the stories in its own process, under changed rules: it needs what they are made of. */
const RUNS_TESTS = 'tools/mutation/'

/** The app that starts the others. */
const STARTER_APP = 'cli'

function roomOf(path: string): Room | undefined {
  return ROOMS.find((room) => path.startsWith(`${room}/`))
}

/** `capabilities/supply/demands/x.ts` → `supply/demands`; undefined for a file outside any capability. */
function capabilityOf(path: string): string | undefined {
  const [room, group, capability, ...rest] = path.split('/')
  return room === 'capabilities' && rest.length > 0 ? `${group}/${capability}` : undefined
}

function appOf(path: string): string | undefined {
  return /^apps\/([^/]+)\//.exec(path)?.[1]
}

/** The rule that one import breaks, or undefined. Tests may import what they test. */
export function ruleBrokenBy(edge: Edge): string | undefined {
  if (isTest(edge.from)) return undefined
  if (edge.to === undefined) return libraryRule(edge)
  if (isTest(edge.to)) return edge.from.startsWith(RUNS_TESTS) ? undefined : 'what runs in production imports no test'
  switch (roomOf(edge.from)) {
    case 'core':
      return roomOf(edge.to) === 'core' ? undefined : 'core imports nothing of ours'
    case 'adapters':
      return among(edge.to, ['core', 'adapters']) ? undefined : 'adapters import core and each other only'
    case 'capabilities':
      return capabilityRule(edge, edge.to)
    case 'apps':
      return appRule(edge, edge.to)
    case 'demo':
      return among(edge.to, ['core', 'demo']) ? undefined : 'the demonstration city is data: it imports core only'
    default:
      return among(edge.to, ['apps']) ? 'nobody imports apps' : undefined
  }
}

function among(path: string, rooms: readonly Room[]): boolean {
  const room = roomOf(path)
  return room !== undefined && rooms.includes(room)
}

function isPure(path: string): boolean {
  return path.startsWith('core/') || (path.startsWith('capabilities/') && !LICENSED.test(path))
}

function libraryRule({ from, request }: Edge): string | undefined {
  if (/^[.#]/.test(request)) return /\.tsx?$/.test(request) ? 'the file does not exist' : undefined
  if (!isPure(from) || PURE_LIBRARIES.has(request)) return undefined
  return from.startsWith('core/')
    ? 'core imports no library but a schema library, and nothing of Node'
    : 'a plain file of a capability touches nothing outside; give it a licence by suffix (.facts .store .effects .routes .job) or move that part'
}

function capabilityRule({ from, typeOnly }: Edge, to: string): string | undefined {
  const licensed = LICENSED.test(from)
  if (roomOf(to) === 'core') return undefined
  if (roomOf(to) === 'adapters') return licensed ? undefined : 'only .facts .store .effects .routes .job of a capability import adapters'
  if (roomOf(to) !== 'capabilities') return 'a capability imports core, adapters and published facts only'
  if (capabilityOf(from) !== capabilityOf(to) && capabilityOf(to) !== undefined && !PUBLISHED.test(to)) {
    return 'capabilities meet only through published facts (.facts.ts)'
  }
  if (!licensed && LICENSED.test(to) && !typeOnly) return 'a plain file of a capability takes types only from files that touch the outside'
  return undefined
}

function appRule({ from, typeOnly }: Edge, to: string): string | undefined {
  const app = appOf(from)
  if (roomOf(to) !== 'apps' || appOf(to) === app) return undefined
  if (app === STARTER_APP) return /^apps\/[^/]+\/[^/]+$/.test(to) ? undefined : 'cli starts other apps through the files right below their folder only'
  if (app !== undefined && BROWSER_APPS.has(app) && WIRE.test(to)) return typeOnly ? undefined : 'console and portal take types only from apps/api/wire'
  return 'nobody imports apps'
}

/** Every import that breaks a rule, and every circle. */
export function breachesIn(graph: ModuleGraph): Breach[] {
  const broken = [...graph.values()].flat().flatMap((edge) => {
    const rule = ruleBrokenBy(edge)
    return rule === undefined ? [] : [{ from: edge.from, line: edge.line, request: edge.request, rule }]
  })
  const circles = cycles(graph).map((circle) => ({
    from: circle[0] ?? '',
    line: 1,
    request: circle.join(' → '),
    rule: 'files do not load each other in a circle',
  }))
  return [...broken, ...circles]
}
