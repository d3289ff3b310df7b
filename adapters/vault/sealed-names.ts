/** Where the files of a version lie below the data directory, and what each is sealed for. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface VersionPlace {
  dataDirectory: string
  datasetId: string
  versionId: string
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Folder of the vault below the data directory. */
export function vaultDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'vault')
}

/** Folder of one dataset. Ids are checked, so that no text from outside becomes part of a path. */
export function datasetDirectory(dataDirectory: string, datasetId: string): string {
  return join(vaultDirectory(dataDirectory), checked(datasetId))
}

/** The sealed rows. */
export function sealedTablePath(place: VersionPlace): string {
  return join(datasetDirectory(place.dataDirectory, place.datasetId), `${checked(place.versionId)}.sealed`)
}

/** The sealed profile: minima, maxima and fingerprints of rare values. */
export function sealedProfilePath(place: VersionPlace): string {
  return join(datasetDirectory(place.dataDirectory, place.datasetId), `${checked(place.versionId)}.profile.sealed`)
}

/** The supplied file while it is taken in, where it must be read out of order. */
export function sealedStagePath(place: VersionPlace): string {
  return join(datasetDirectory(place.dataDirectory, place.datasetId), `${checked(place.versionId)}.stage.sealed`)
}

const digestPattern = /^[0-9a-f]{64}$/

/** What jobs found out about the version and need not find out again; `digest` says about what. */
export function sealedFindingPath(place: VersionPlace, digest: string): string {
  if (!digestPattern.test(digest)) throw new TypeError('not a digest of the vault')
  return join(datasetDirectory(place.dataDirectory, place.datasetId), `${checked(place.versionId)}.found-${digest}.sealed`)
}

/** All sealed files of the version, whatever they hold; none where the data set has no folder. */
export async function sealedFilesOf(place: VersionPlace): Promise<string[]> {
  const folder = datasetDirectory(place.dataDirectory, place.datasetId)
  try {
    const names = await readdir(folder)
    return names.filter((name) => name.startsWith(`${checked(place.versionId)}.`)).map((name) => join(folder, name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** What a file is sealed for; a file of another version or kind does not open under it. */
export function sealPurpose(kind: 'table' | 'profile' | 'stage' | 'found', versionId: string): string {
  return `gongshu vault ${kind} ${versionId}`
}

function checked(id: string): string {
  if (!idPattern.test(id)) throw new TypeError('not an id of the vault')
  return id
}
