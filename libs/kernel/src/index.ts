export * from './clock.js';
export * from './decimal.js';
export * from './domain-error.js';
export * from './fingerprint.js';
export * from './ids.js';
export * from './money.js';
export * from './points.js';
export * from './request-context.js';
