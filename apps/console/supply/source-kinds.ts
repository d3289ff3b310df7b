import type { SourceView } from '#apps/api/wire/deliveries.ts'

/** How kinds of sources are called in an office. */
export const SOURCE_KINDS: Readonly<Record<SourceView['kind'], string>> = { postgresql: 'PostgreSQL 数据库', mysql: 'MySQL 数据库', s3: '对象存储（S3 兼容）' }
/** The port under which each usually answers. */
export const USUAL_PORTS: Readonly<Record<SourceView['kind'], number>> = { postgresql: 5432, mysql: 3306, s3: 443 }
