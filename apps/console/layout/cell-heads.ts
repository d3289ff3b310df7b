import { useEffect } from 'react'

/** Where rows are drawn as cards (style.css). unit: CSS pixels */
const NARROW = '(max-width: 760px)'
/** Tables whose rows are compared with each other: they are moved sideways instead. */
const ROWS_STAY = '.rows-stay'

/**
 * On a telephone a row of a table is a card, and each of its values needs its column's name: every cell below `main` is
 * told the head above it, however the table came about. On a wide screen nothing is done.
 */
export function useCellHeads(): void {
  useEffect(() => {
    const narrow = window.matchMedia(NARROW)
    const main = document.querySelector('main')
    if (main === null) return undefined
    const tell = (): void => {
      if (narrow.matches) for (const table of main.querySelectorAll('table')) if (table.closest(ROWS_STAY) === null) tellHeads(table)
    }
    const watching = new MutationObserver(tell)
    watching.observe(main, { childList: true, subtree: true })
    narrow.addEventListener('change', tell)
    tell()
    return () => {
      watching.disconnect()
      narrow.removeEventListener('change', tell)
    }
  }, [])
}

function tellHeads(table: HTMLTableElement): void {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.innerText.trim())
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    if (heads.length === 0 || row.cells.length !== heads.length) continue // a cell that spans several has no one head
    for (const [at, cell] of [...row.cells].entries()) cell.dataset['head'] = heads[at] ?? ''
  }
}
