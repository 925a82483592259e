import { CloseWindow } from './close-window.operation.js';
import { DisperseWindow } from './disperse-window.operation.js';
import { ExportWindow } from './export-window.query.js';
import { FindWindows } from './find-windows.query.js';
import { OpenWindow } from './open-window.operation.js';
import { VerifyWindows } from './verify-windows.query.js';

/** Windows of conciliation, for the module. */
export const CONCILIATION_OPERATIONS = [CloseWindow, DisperseWindow, ExportWindow, FindWindows, OpenWindow, VerifyWindows];
