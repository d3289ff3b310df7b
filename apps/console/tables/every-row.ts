type PageOf<R> = { rows: R[]; next: string | null }

/** unit: rows; an export for a spreadsheet, not a copy of the database: beyond it the file says so by its last row */
export const EXPORT_ROWS_MAX = 5000

/** All rows of a list, page after page, up to {@link EXPORT_ROWS_MAX}; `whole` is false where more are left. */
export async function everyRow<R>(ask: (cursor: string | undefined) => Promise<PageOf<R>>): Promise<{ rows: R[]; whole: boolean }> {
  const rows: R[] = []
  let cursor: string | undefined
  while (rows.length < EXPORT_ROWS_MAX) {
    // oxlint-disable-next-line no-await-in-loop -- each page's cursor is known only from the page before
    const page = await ask(cursor)
    rows.push(...page.rows)
    if (page.next === null) return { rows, whole: true }
    cursor = page.next
  }
  return { rows, whole: false }
}
