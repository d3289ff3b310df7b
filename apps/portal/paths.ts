/** Every URL of the portal. */
export const api = { portal: '/api/public/portal' } as const
