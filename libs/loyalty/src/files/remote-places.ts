import path from 'node:path';
import type { RowType } from './file-format.policy.js';

const below = (base: string, ...parts: string[]): string => path.posix.join(base, ...parts);

/** Where a tenant puts files, and where we put them and what goes back. */
export const uploadFolder = (base: string, type: RowType): string => below(base, 'upload', type);
export const processedPath = (base: string, type: RowType, name: string): string => below(base, 'processed', type, name);
export const refusedPath = (base: string, type: RowType, name: string): string => below(base, 'refused', type, name);
export const resultPath = (base: string, type: RowType, name: string): string => below(base, 'result', type, name);

/** What says that the file of this name is whole. */
export const doneMarker = (name: string): string => `${name}.done`;

/** Files that are still being written, markers, and what programs hide. */
export const isUnfinished = (name: string): boolean => name.startsWith('.') || /\.(part|filepart|tmp|done)$/i.test(name);
