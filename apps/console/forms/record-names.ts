import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { registerQuery } from '#apps/console/api/queries.ts'
import { recordName } from '#apps/console/contents/record-name.ts'

/** For each register the keys of its records by name, and by the key itself. */
export function useRecordNames(registers: readonly string[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const asked = [...new Set(registers)]
  const found = useQueries({ queries: asked.map((register) => registerQuery(register)), combine: (results) => results.map(({ data }) => data) })
  const key = asked.join()
  return useMemo(
    () => new Map(key.split(',').map((register, index) => [register, new Map((found[index]?.rows ?? []).flatMap((row) => [[recordName(row), row.key], [row.key, row.key]] as const))])),
    [key, found],
  )
}
