export * from './audit-trail.query.js';
export * from './compliance.acts.js';
export * from './compliance.module.js';
export * from './export-audit-trail.query.js';
export * from './verify-audit-trail.query.js';
