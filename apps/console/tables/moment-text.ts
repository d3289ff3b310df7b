/** An instant as the city's clocks show it, written like the dates beside it: `2026-11-22 14:05:09`. @param instant ISO 8601 */
export function momentText(instant: string): string {
  // Swedish writes dates as the law's own are written here.
  return new Date(instant).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' })
}
