/**
 * The three administrators (三员分立, GB/T 22239-2019 8.1.5): three persons, none of whom can act in a case. The
 * database refuses a person who holds one of these roles and anything else.
 */
export const ADMINISTRATORS = {
  'system-administrator': '系统管理员',
  'security-administrator': '安全管理员',
  'audit-administrator': '审计管理员',
} as const

export type AdministratorRole = keyof typeof ADMINISTRATORS

/** Whether an office is one of the three administrators' roles. */
export function isAdministratorRole(office: string): office is AdministratorRole {
  return Object.hasOwn(ADMINISTRATORS, office)
}
