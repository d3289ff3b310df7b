import { parseSync, Visitor } from 'vite'
import type { Check } from './checkout.ts'
import type { Finding } from './finding.ts'
import type { Comment, ParsedCode } from '#tools/house/parsed-code.ts'

/** A file that only passes on what others have hides where things are. */
export const checkBarrels: Check = ({ code }) =>
  code
    .filter((file) => file.program.body.length > 0 && file.program.body.every(passesOn))
    .map((file) => ({
      rule: 'barrel',
      file: file.path,
      line: 1,
      wrong: 'the file only re-exports other files',
      instead: 'import each thing from the file that has it, and remove this one',
    }))

function passesOn(statement: ParsedCode['program']['body'][number]): boolean {
  return statement.type === 'ExportAllDeclaration' || (statement.type === 'ExportNamedDeclaration' && statement.source !== null)
}

/** `as T` is a promise that the checker cannot check, so its reason stands on the line or on the line above. */
export const checkCasts: Check = ({ code }) => code.flatMap(castsWithoutReason)

function castsWithoutReason(file: ParsedCode): Finding[] {
  const explained = new Set(file.comments.flatMap((c) => [file.lineAt(c.start), file.lineAt(c.end), file.lineAt(c.end) + 1]))
  const findings: Finding[] = []
  new Visitor({
    TSAsExpression(node) {
      const { typeAnnotation } = node
      const isConst = typeAnnotation.type === 'TSTypeReference' && typeAnnotation.typeName.type === 'Identifier' && typeAnnotation.typeName.name === 'const'
      const line = file.lineAt(typeAnnotation.start)
      if (isConst || explained.has(line)) return
      findings.push({
        rule: 'cast',
        file: file.path,
        line,
        wrong: `“as ${file.text.slice(typeAnnotation.start, typeAnnotation.end)}” without a reason`,
        instead: 'a schema, `satisfies` or a narrowing test; or a comment on the line that says why it is true',
      })
    },
  }).visit(file.program)
  return findings
}

/** Code that is kept in comments is kept by version control already. */
export const checkDeadComments: Check = ({ code }) =>
  code.flatMap((file) =>
    runsOfComments(file)
      .filter((run) => readsAsCode(run.text))
      .map((run) => ({
        rule: 'commented-out',
        file: file.path,
        line: run.line,
        wrong: 'code in a comment',
        instead: 'remove it; version control keeps it',
      })),
  )

interface Run {
  line: number
  lastLine: number
  text: string
}

/** Line comments that follow each other are one text; doc comments are prose with examples and are left alone. */
function runsOfComments(file: ParsedCode): Run[] {
  const runs: Run[] = []
  for (const comment of file.comments.filter((c: Comment) => !(c.type === 'Block' && c.value.startsWith('*')))) {
    const line = file.lineAt(comment.start)
    const previous = runs.at(-1)
    if (previous && previous.lastLine === line - 1 && comment.type === 'Line') {
      previous.text += `\n${comment.value}`
      previous.lastLine = line
    } else {
      runs.push({ line, lastLine: file.lineAt(comment.end), text: comment.value })
    }
  }
  return runs
}

const STATEMENTS = new Set([
  'VariableDeclaration',
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'FunctionDeclaration',
  'ClassDeclaration',
  'IfStatement',
  'ForStatement',
  'ForOfStatement',
  'WhileStatement',
  'TryStatement',
  'ReturnStatement',
  'ThrowStatement',
])

/** A sentence almost never parses; what parses and contains a declaration, a branch or an assignment was code. */
function readsAsCode(text: string): boolean {
  const { program, errors } = parseSync('comment.ts', text)
  if (errors.length > 0) return false
  return program.body.some(
    (statement) =>
      STATEMENTS.has(statement.type) ||
      (statement.type === 'ExpressionStatement' && ['AssignmentExpression', 'AwaitExpression'].includes(statement.expression.type)),
  )
}
