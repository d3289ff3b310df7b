/** What a column says, as the schema of the table declares it. */
export const COLUMN_ROLES: Readonly<Record<string, string>> = { 'entity-key': '主体标识', 'quasi-identifier': '准标识', sensitive: '敏感', ordinary: '一般' }
