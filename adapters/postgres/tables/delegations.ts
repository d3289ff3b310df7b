export type DelegationTable = {
  id: string
  organization: string
  office: string
  principal: string
  deputy: string
  from_date: string
  until_date: string
  reason: string
  made_by: string
  made_on: string
  ended_on: string | null
}

/** The table of migration 0051. */
export type DelegationTables = { delegation: DelegationTable }
