import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkpointText, readCheckpointText, sm3Origin } from './checkpoint.ts'
import type { HashFunction } from './hash-function.ts'
import { noteKey, readNote, signatureBy, signNote, writeNoteKey } from './signed-note.ts'
import type { NoteSigner } from './signed-note.ts'

const sha256: HashFunction = { name: 'sha256', digest: (bytes) => createHash('sha256').update(bytes).digest() }
const root = Uint8Array.from(Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64'))

describe('a checkpoint', () => {
  test('is three lines: origin, size, root in base64', () => {
    const text = checkpointText({ origin: 'example.com/behind-the-sofa', size: 20_852_163, root })
    expect(text).toBe('example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n')
    expect(readCheckpointText(text)).toEqual({ origin: 'example.com/behind-the-sofa', size: 20_852_163, root })
    expect(sm3Origin('example.com/log')).toBe('example.com/log/sm3')
  })

  test.each([
    ['line 1', '\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'],
    ['line 2', 'o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'],
    ['line 2', 'o\n9007199254740993\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'],
    ['line 3', 'o\n1\nCsUYapGG\n'],
    ['line 3', 'o\n1\n'],
  ])('is refused with the %s that is wrong', (line, text) => {
    expect(() => readCheckpointText(text)).toThrow(expect.objectContaining({ message: expect.stringContaining(line) }))
  })
})

describe('a signed note', () => {
  const pair = generateKeyPairSync('ed25519')
  const publicKey = Uint8Array.from(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
  const signer: NoteSigner = { key: noteKey(sha256, 'example.com/log', 'ed25519', publicKey), sign: (message) => Promise.resolve(sign(null, message, pair.privateKey)) }

  test('has the key id of the example in the C2SP specification', () => {
    // Go's sumdb key, the public one that every Go installation pins.
    const bytes = Buffer.from('Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8', 'base64')
    expect(writeNoteKey(noteKey(sha256, 'sum.golang.org', 'ed25519', Uint8Array.from(bytes.subarray(1))))).toBe('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8')
  })

  test('is text, empty line and signature lines, and comes apart again', async () => {
    const note = await signNote('one\n\ntwo\n', [signer])
    const read = readNote(note)
    expect(read.text).toBe('one\n\ntwo\n')
    expect(note.split('\n').at(-2)).toMatch(/^— example\.com\/log [A-Za-z0-9+/]+=*$/)
    expect(signatureBy(read, signer.key)).toHaveLength(64)
    expect(signatureBy(read, { ...signer.key, name: 'other' })).toBeUndefined()
  })

  test('is refused without its line feed, its empty line or a whole signature', async () => {
    const note = await signNote('text\n', [signer])
    for (const broken of [note.slice(0, -1), note.replace('\n\n', '\n'), 'text\n\n', note.replace('— ', '- ')]) {
      expect(() => readNote(broken)).toThrow(expect.objectContaining({ code: 'evidence-note-malformed' }))
    }
    await expect(signNote('text', [signer])).rejects.toThrow('line feed')
    expect(() => noteKey(sha256, 'a b', 'ed25519', publicKey)).toThrow('spaces')
  })
})
