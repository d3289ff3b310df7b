/** Bounds of deliveries. Platform defaults, no provision. */

/** unit: deliveries of one organisation that are not finished; source: platform default */
export const UNFINISHED_MAX = 20
/** unit: bytes; source: platform default, four of the largest files that the vault takes */
export const UNFINISHED_BYTES_MAX = 64 * 1024 ** 3
/** unit: milliseconds; source: definition of the day */
const DAY_MS = 86_400_000
/** unit: milliseconds; source: platform default, over a weekend. So long without a piece, an upload is given up. */
export const IDLE_UPLOAD_MS = 3 * DAY_MS
/** unit: milliseconds; source: platform default, for those who log in twice a month. So long a file waits for its confirmation. */
export const UNCONFIRMED_MS = 30 * DAY_MS
/** unit: bytes; source: platform default, what must stay free on the disk beside an upload and the version made of it */
export const DISK_RESERVE_BYTES = 1024 ** 3
