/**
 * The closed vocabulary that packs may use. A name that is not here is refused by `pack-check`;
 * who adds one adds its reader or runner in the capability that offers it.
 */
type Arguments = {
  required: readonly string[]
  optional: readonly string[]
  /** Any further argument is allowed: the fields of a record, the payload of a message. */
  open?: boolean
}

/** Facts a step may ask for: read in the step's own transaction and stored with its decision. */
export const FACTS: Record<string, Arguments> = {
  /** The present record of a register under a key, or null. */
  'register.record': { required: ['register', 'key'], optional: [] },
  /** The present records of a register for several keys, as an object by key. */
  'register.records': { required: ['register', 'keys'], optional: [] },
  /** The present records of a register whose field is, or holds, one of the values: a list, each with its key as `id`. */
  'register.matching': { required: ['register', 'field', 'values'], optional: [] },
  /** Present records of other keys that share at least so many percent of the values in a field; with `id` and `overlap`. */
  'register.similar': { required: ['register', 'key', 'field', 'values', 'percent'], optional: [] },
  /** Other cases of a procedure, of some statuses, with a value in a content (`path`) or linked to a case: a list with `id`, `number`, `status`, `opened`, `opener`, `value`. */
  'cases.matching': { required: ['procedure'], optional: ['status', 'path', 'values', 'link', 'to'] },
  /** The state of something grantable: granted, suspended, revoked, ended; null where never granted. */
  'standing.of': { required: ['kind', 'id'], optional: [] },
  /** Name, credit code, kind of organisation, whether it is a legal person, offices held. */
  'organization.of': { required: ['organization'], optional: [] },
  /** The organisation that holds an office with one holder for each region, e.g. of a district; null where none does. */
  'office.holder': { required: ['office', 'region'], optional: [] },
  /** Overdue duties to publish under these rules, as `{ office, organization, count, days }` for each office that owes any. */
  'disclosure.debt': { required: [], optional: [] },
  /** A job of the environment: author, agreement, tables, providers, digest, verdict of the automatic checks. */
  'environment.job': { required: ['job'], optional: [] },
  /** Titles of the thresholds of outputs that have become stricter since a job was judged; none where its verdict still answers for them. */
  'environment.raised-thresholds': { required: ['job'], optional: [] },
  /** The supplies that run under an agreement. */
  'deliveries.of-agreement': { required: ['agreement'], optional: [] },
  /** Every copy known to the platform under an agreement: versions in the vault and what was made of them. */
  'exit.copies': { required: ['agreement'], optional: [] },
  /** What article-30-like disclosure must name: authorizations, contents, resources, terms, products, use. */
  'disclosure.of-period': { required: ['from', 'to'], optional: [] },
}

/** Effects an outcome may have. In one transaction with the step, or through the outbox where they can fail outside. */
export const EFFECTS: Record<string, Arguments> = {
  /** Tells offices of the case (`to`: list of roles) something, with a receipt. */
  notify: { required: ['to', 'notice'], optional: ['text', 'task'] },
  /** Makes something public on the portal. */
  publish: { required: ['kind', 'title'], optional: [], open: true },
  /** Writes a new version of a register's record; further arguments are its fields. */
  'register.put': { required: ['register', 'key'], optional: [], open: true },
  /** Ends a register's record; it stays readable. */
  'register.end': { required: ['register', 'key', 'reason'], optional: [] },
  /** Changes the standing of something grantable: to granted, suspended, revoked or ended; or `restored`: what it was before it was suspended. */
  'standing.set': { required: ['kind', 'id', 'to'], optional: ['reason', 'under'] },
  /** Opens another case as the platform: `link.<name>` and `content.<key>` arguments. */
  'case.open': { required: ['procedure'], optional: [], open: true },
  /** Gives another case a status. */
  'case.status': { required: ['case', 'status'], optional: [] },
  /** Suspends the clocks of the open tasks (of one step) of a case or of several, from a day that may lie back. */
  'clock.suspend': { required: ['case'], optional: ['step', 'from', 'reason'] },
  /** Lets the clocks run again that this case has suspended; the day after `on` counts. */
  'clock.resume': { required: ['case'], optional: ['step', 'on'] },
  /** Sends to an outside platform through the outbox; its receipt concludes the step `concludes` in this branch. */
  port: { required: ['port', 'action'], optional: ['concludes'], open: true },
  /** Revokes every access under an agreement at once, and keeps the list of what was revoked. */
  'access.revoke': { required: ['agreement', 'reason'], optional: [] },
  /** Destroys the data keys of every version supplied under an agreement; two phases, irreversible. */
  'exit.destroy-keys': { required: ['agreement'], optional: ['concludes'] },
  /** Hands approved fields and rows of a supply's version over to a trusted data space, through its one port; its receipt concludes the step. */
  'space.supply': { required: ['space', 'entry', 'supply', 'version', 'provider', 'fields', 'purpose', 'users', 'uses', 'ends', 'approved-on', 'concludes'], optional: ['rows'] },
  /** Lets a checked job result leave the environment as a release. */
  'environment.release': { required: ['job', 'title'], optional: ['conditions'] },
  /** Gives a consumer a key for a product under a scenario, with a quota. */
  'services.grant': { required: ['product', 'consumer', 'scenario', 'quota', 'ends'], optional: ['price', 'purpose', 'subscription'] },
}
