/**
 * The platform's database roles: the owner runs migrations only; the app reads and writes what each migration grants and
 * cannot change the schema; audit reads what each migration grants.
 */
export const DATABASE_ROLES = ['gongshu_owner', 'gongshu_app', 'gongshu_audit'] as const

export type DatabaseRole = (typeof DATABASE_ROLES)[number]
