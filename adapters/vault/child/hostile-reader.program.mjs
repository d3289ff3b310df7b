// @ts-check
// In place of the reader: tries what a reader taken over by a file would try, and tells its parent what came of it.
import { spawnSync } from 'node:child_process'
import { appendFileSync, closeSync, openSync, readFileSync, readdirSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { connect } from 'node:net'

const taskByte = 1
const headBytes = 5

/** @type {Buffer} */
let held = Buffer.alloc(0)
process.stdin.on('data', (/** @type {Buffer} */ piece) => {
  held = Buffer.concat([held, piece])
  if (held.length < headBytes || held.length < headBytes + held.readUInt32BE(1) || held[0] !== taskByte) return
  const task = JSON.parse(held.toString('utf8', headBytes, headBytes + held.readUInt32BE(1)))
  process.stdin.removeAllListeners('data')
  void attempt(task)
})

/** @param {{ question: { keyPath: string, port: number, elsewhere: string, lie: string, bytes: number }, directory: string }} task */
async function attempt({ question, directory }) {
  if (question.lie !== '') return lie(question.lie)
  const said = {
    key: tried(() => readFileSync(question.keyPath, 'utf8').length > 0),
    network: await connected(question.port),
    elsewhere: tried(() => written(question.elsewhere)),
    program: tried(() => spawnSync(process.execPath, ['--version']).status === 0),
    processes: tried(() => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).some((pid) => pid !== String(process.pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes('PATH='))),
    workplace: tried(() => written(`${directory}/own`)),
    beyondWorkplace: tried(() => filled(`${directory}/large`, question.bytes)),
  }
  send(20, JSON.stringify({ answer: 'failed', failure: { kind: 'other', message: JSON.stringify(said) } }))
}

/** @param {() => boolean} task */
function tried(task) {
  try {
    return task()
  } catch {
    return false
  }
}

/** @param {string} path */
function written(path) {
  writeFileSync(path, 'x')
  unlinkSync(path)
  return true
}

/** @param {string} path @param {number} bytes */
function filled(path, bytes) {
  const file = openSync(path, 'w')
  const piece = Buffer.alloc(1024 * 1024, 1)
  try {
    for (let at = 0; at < bytes; at += piece.length) if (writeSync(file, piece) < piece.length) return false
    appendFileSync(path, 'x')
    return true
  } finally {
    closeSync(file)
    unlinkSync(path)
  }
}

/** @param {number} port @returns {Promise<boolean>} */
function connected(port) {
  return new Promise((resolve) => {
    try {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => { socket.destroy(); resolve(true) })
      socket.once('error', () => resolve(false))
    } catch {
      resolve(false)
    }
  })
}

/** @param {string} kind */
function lie(kind) {
  if (kind === 'overlong') process.stdout.write(Buffer.from([16, 0xff, 0xff, 0xff, 0xff]))
  if (kind === 'unknown') send(99, '')
  if (kind === 'wish') send(19, '0123456789abcdef')
  if (kind === 'answer') send(20, JSON.stringify({ answer: 'parsed', result: { content: { bytes: -1 } } }))
  if (kind === 'nothing') process.exit(0)
}

/** @param {number} kind @param {string} content */
function send(kind, content) {
  const body = Buffer.from(content)
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(kind, 0)
  head.writeUInt32BE(body.length, 1)
  process.stdout.write(Buffer.concat([head, body]))
}
