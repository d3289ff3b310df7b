import type { z } from 'zod'
import type { OrganizationList, RegisterPage } from '#apps/api/wire/rules.ts'
import { recordName } from '#apps/console/contents/record-name.ts'
import type { Person } from '../../../demo/journey/person.ts'

/** What ids are called on the screen, as the signed-in person may read it. */
export class Names {
  readonly #person: Person

  constructor(person: Person) {
    this.#person = person
  }

  async organization(id: string): Promise<string> {
    const { rows } = await this.#person.get<z.infer<typeof OrganizationList>>('/api/organizations')
    return rows.find((one) => one.id === id)?.name ?? id
  }

  /** The record's name; null where the register has no such record. */
  async record(register: string, key: string): Promise<string | null> {
    const { rows } = await this.#person.get<z.infer<typeof RegisterPage>>(`/api/registers/${register}?limit=200`)
    const row = rows.find((one) => one.key === key)
    return row === undefined ? null : recordName(row)
  }
}
