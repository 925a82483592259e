import { BnsRows } from './bns-rows.js';
import { CancelFile } from './cancel-file.operation.js';
import { CpdRows } from './cpd-rows.js';
import { CrdRows } from './crd-rows.js';
import { DeliverResults } from './deliver-results.js';
import { DropSightings } from './drop-sightings.js';
import { DueFileDrops } from './due-file-drops.query.js';
import { FileBytes } from './file-bytes.js';
import { FindFileDrops } from './find-file-drops.query.js';
import { FindFiles } from './find-files.query.js';
import { PollFileDrop } from './poll-file-drop.js';
import { ProcessFiles } from './process-files.js';
import { ReceiveFile } from './receive-file.operation.js';
import { RecordRefused } from './record-refused.operation.js';
import { RemoveOldFiles } from './remove-old-files.operation.js';
import { RowKinds } from './row-kinds.js';
import { SaveFileDrop } from './save-file-drop.operation.js';
import { TestFileDrop } from './test-file-drop.js';
import { TxnRows } from './txn-rows.js';
import { WorkChunk } from './work-chunk.operation.js';

/** What is done with files of rows. */
export const FILES_OPERATIONS = [
  BnsRows,
  CancelFile,
  CpdRows,
  CrdRows,
  DeliverResults,
  DropSightings,
  DueFileDrops,
  FileBytes,
  FindFileDrops,
  FindFiles,
  PollFileDrop,
  ProcessFiles,
  ReceiveFile,
  RecordRefused,
  RemoveOldFiles,
  RowKinds,
  SaveFileDrop,
  TestFileDrop,
  TxnRows,
  WorkChunk,
];
