import type { MetaTables } from './tables/meta.ts'

/** All tables of the database; each area declares its own beside `tables/meta.ts` and is merged in here. */
export type Tables = MetaTables
