import { FindDirectory } from './directory.query.js';

/** How the directory is read. */
export const DIRECTORY_OPERATIONS = [FindDirectory] as const;
