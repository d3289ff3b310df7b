/** What would keep somebody from using a page: found by looking at the page's own elements and computed styles. */
export type Findings = { unnamed: string[]; doubleIds: string[]; headings: string[]; landmarks: string[]; pale: string[]; tabindex: string[] }

/**
 * Runs in the page. Every control has a name, every id is one element's, headings do not skip a level, language and main
 * landmark are set, nothing jumps the focus order, and text stands out from its ground (WCAG 2.2 AA: 4.5, large text 3).
 */
export function accessibilityOfPage(): Findings {
  const isSeen = (one: Element): boolean => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && one.getClientRects().length > 0 && one.closest('[aria-hidden="true"]') === null
  const about = (one: Element): string => `<${one.tagName.toLowerCase()} class="${one.getAttribute('class') ?? ''}"> ${(one.textContent ?? '').trim().slice(0, 30)}`

  const textOf = (ids: string | null): string => (ids ?? '').split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join('')
  const labelOf = (one: Element): string => (one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement || one instanceof HTMLSelectElement ? [...(one.labels ?? [])].map((label) => label.textContent ?? '').join('') : '')
  const nameOf = (one: Element): string =>
    [one.getAttribute('aria-label'), textOf(one.getAttribute('aria-labelledby')), labelOf(one), one.textContent, one.getAttribute('title'), one.querySelector('img[alt], [aria-label]')?.getAttribute('aria-label')].map((text) => text?.trim() ?? '').find((text) => text !== '') ?? ''
  const controls = [...document.querySelectorAll('a[href], button, input:not([type="hidden"]), select, textarea, [role="button"], [role="combobox"], [role="tab"], [role="dialog"]')]
  const unnamed = controls.filter((one) => isSeen(one) && nameOf(one) === '').map(about)

  const met = new Set<string>()
  const doubleIds = [...document.querySelectorAll('[id]')].map(({ id }) => id).filter((id) => met.size === met.add(id).size)

  const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(isSeen)
  const headings = levels.flatMap((one, at) => {
    const [level, before] = [Number(one.tagName[1]), at === 0 ? 0 : Number(levels[at - 1]?.tagName[1])]
    return level > before + 1 ? [`h${level} after h${before}: ${about(one)}`] : []
  })
  const landmarks = [
    ...(document.documentElement.lang.startsWith('zh') ? [] : [`language “${document.documentElement.lang}”`]),
    ...(document.querySelectorAll('main').length === 1 ? [] : ['not one main']),
    ...(document.title === '' ? ['no title'] : []),
  ]
  const tabindex = [...document.querySelectorAll('[tabindex]')].filter((one) => Number(one.getAttribute('tabindex')) > 0).map(about)

  type Colour = { r: number; g: number; b: number; a: number }
  const colour = (text: string): Colour => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number)
    return { r, g, b, a }
  }
  const over = (top: Colour, ground: Colour): Colour => ({ r: top.r * top.a + ground.r * (1 - top.a), g: top.g * top.a + ground.g * (1 - top.a), b: top.b * top.a + ground.b * (1 - top.a), a: 1 })
  const grounds = new Map<Element, Colour>()
  const groundOf = (one: Element | null): Colour => {
    if (one === null) return { r: 255, g: 255, b: 255, a: 1 }
    const known = grounds.get(one)
    if (known !== undefined) return known
    const own = colour(getComputedStyle(one).backgroundColor)
    const ground = own.a === 1 ? own : over(own, groundOf(one.parentElement))
    grounds.set(one, ground)
    return ground
  }
  const light = ({ r, g, b }: Colour): number => {
    const [x = 0, y = 0, z = 0] = [r, g, b].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const paleness = (one: Element): string | null => {
    const style = getComputedStyle(one)
    const ground = groundOf(one)
    const [a, b] = [light(over(colour(style.color), ground)), light(ground)]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    const size = Number.parseFloat(style.fontSize)
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5
    return ratio >= least ? null : `${ratio.toFixed(2)} < ${least}: ${style.color} ${about(one)}`
  }
  const texts = [...document.querySelectorAll('body *')].filter((one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== ''))
  // What is off may be pale (WCAG 1.4.3 leaves it out); SVG text is painted by fill, not by colour.
  const pale = texts.filter((one) => isSeen(one) && one.closest('[disabled], .ant-btn-disabled, .ant-select-disabled, svg, .visually-hidden, style, script') === null).flatMap((one) => paleness(one) ?? [])
  return { unnamed: [...new Set(unnamed)], doubleIds, headings, landmarks, pale: [...new Set(pale)].slice(0, 8), tabindex }
}
