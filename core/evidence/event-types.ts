/**
 * Everything that is entered into the evidence log, with what one entry of it states.
 * The list is closed: a new kind of event is added here first, and the version of the entry does not change.
 */
export const EVENT_TYPES = {
  decision: 'A permission was asked for and answered, allow or deny.',
  'case-step': 'A case changed: one stored event of the case, named by its hash.',
  'data-access': 'Data were read for a stated purpose; the detail counts rows.',
  delivery: 'Data were handed over from one party to another.',
  'document-issued': 'A document was drawn up from a case; the detail carries its number and the hashes of its files.',
  export: 'A file or a report left the platform.',
  release: 'An output left the environment after its reviews.',
  login: 'A person tried to enter; deny is a failed try.',
  'delegation-made': 'A person was let act for another in an office, within dates.',
  'delegation-ended': 'A delegation was ended before its last day.',
  'role-changed': 'A person received or lost an office or a right.',
  'key-changed': 'A key was made, replaced, revoked or destroyed.',
  'policy-changed': 'A setting or a policy of the platform changed.',
  'pack-changed': 'A rule pack was loaded, came into force or was withdrawn.',
  'consent-used': 'A consent of a data subject was relied upon, once.',
  destruction: 'Data or keys were destroyed, with method and list of objects.',
  backup: 'A backup was made and checked.',
  restore: 'A backup was restored and checked.',
  drill: 'An emergency drill was held.',
  'log-delivery': 'Log data were delivered to an outside platform, with its receipt.',
  'clock-advanced': 'The city clock of the demonstration was moved forward.',
  'server-started': 'The server started; the detail carries the self-test of its cryptography.',
  checkpoint: 'A checkpoint was published outside the platform.',
} as const

export type EventType = keyof typeof EVENT_TYPES

/** True when the name stands in the list. */
export function isEventType(name: string): name is EventType {
  return Object.hasOwn(EVENT_TYPES, name)
}
