export * from './merchants/category.js';
export * from './offers.module.js';
