import { BnsRows } from './bns-rows.js';
import { CancelFile } from './cancel-file.operation.js';
import { FindFiles } from './find-files.query.js';
import { ProcessFiles } from './process-files.js';
import { ReceiveFile } from './receive-file.operation.js';
import { RowKinds } from './row-kinds.js';
import { TxnRows } from './txn-rows.js';
import { WorkChunk } from './work-chunk.operation.js';

/** What is done with files of rows. */
export const FILES_OPERATIONS = [BnsRows, CancelFile, FindFiles, ProcessFiles, ReceiveFile, RowKinds, TxnRows, WorkChunk];
