export * from './persistence/database-errors.js';
export * from './persistence/group-commit.js';
export * from './persistence/transaction.js';
export * from './persistence/unit-of-work.js';
export * from './platform.errors.js';
export * from './registry/events.js';
export * from './registry/jobs.js';
export * from './persistence/tenant-table.js';
