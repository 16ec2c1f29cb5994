export { createPool, type Pool } from './pool';
export { databaseUrl, dropDatabase, ensureDatabase, ensureRole, grantService, grantTables, quoteIdentifier, type Restrictions } from './admin';
export { areApplied, migrate, readMigrations, type Migration, type MigrationResult } from './migrate';
export { fromPg, fromPrisma, inTransaction, type RawPrisma, type SqlTransaction } from './transaction';
export { isId, newId } from './uuid';
export { advisoryKey, holdAdvisoryLock, type HeldLock } from './advisory-lock';
export { listenTo } from './listen';
