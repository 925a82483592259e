import { ChangeDifference } from './change-difference.operation.js';
import { CloseWindow } from './close-window.operation.js';
import { CloseWindows } from './close-windows.js';
import { DisperseWindow } from './disperse-window.operation.js';
import { ExportWindow } from './export-window.query.js';
import { FindSettlement } from './find-settlement.query.js';
import { FindWindows } from './find-windows.query.js';
import { MarkWindow } from './mark-window.operation.js';
import { MatchSettlement } from './match-settlement.operation.js';
import { OpenWindow } from './open-window.operation.js';
import { ReceiveSettlementFile } from './receive-settlement-file.operation.js';
import { SettlementRows } from './settlement-rows.js';
import { SucceedCarries } from './succeed-carries.operation.js';
import { VerifyWindows } from './verify-windows.query.js';

/** Windows of conciliation and what they are matched with, for the module. */
export const CONCILIATION_OPERATIONS = [
  ChangeDifference,
  CloseWindow,
  CloseWindows,
  DisperseWindow,
  ExportWindow,
  FindSettlement,
  FindWindows,
  MarkWindow,
  MatchSettlement,
  OpenWindow,
  ReceiveSettlementFile,
  SettlementRows,
  SucceedCarries,
  VerifyWindows,
];
