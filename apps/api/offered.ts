import type { Offered } from '#adapters/cases/capability-port.ts'
import { SHARED_EFFECTS } from '#adapters/cases/shared-effects.ts'
import { SHARED_FACTS } from '#adapters/cases/shared-facts.ts'
import { DISCLOSURE_FACTS } from '#capabilities/disclosure/disclosure/disclosure.facts.ts'
import { ORGANIZATION_FACTS } from '#capabilities/governance/organizations/organizations.facts.ts'
import { SERVICES_EFFECTS } from '#capabilities/offering/services/services.effects.ts'
import { ENVIRONMENT_EFFECTS } from '#capabilities/operation/environment/environment.effects.ts'
import { ENVIRONMENT_FACTS } from '#capabilities/operation/environment/environment.facts.ts'
import { TRUSTED_SPACE_EFFECTS } from '#capabilities/operation/trusted-space/trusted-space.effects.ts'
import { EXIT_EFFECTS } from '#capabilities/supervision/exit/exit.effects.ts'
import { EXIT_FACTS } from '#capabilities/supervision/exit/exit.facts.ts'
import { tellOfStandings } from '#capabilities/supervision/standing-notices/standing-notices.effects.ts'

/** What the capabilities offer to packs: one line for each file of facts or effects. */
export const OFFERED: Offered = {
  facts: { ...SHARED_FACTS, ...ORGANIZATION_FACTS, ...ENVIRONMENT_FACTS, ...EXIT_FACTS, ...DISCLOSURE_FACTS },
  effects: { ...SHARED_EFFECTS, ...ENVIRONMENT_EFFECTS, ...SERVICES_EFFECTS, ...EXIT_EFFECTS, ...TRUSTED_SPACE_EFFECTS },
  afterEffects: tellOfStandings,
}
