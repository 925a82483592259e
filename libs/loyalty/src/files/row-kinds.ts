import { Injectable } from '@nestjs/common';
import { BnsRows } from './bns-rows.js';
import { CpdRows } from './cpd-rows.js';
import { CrdRows } from './crd-rows.js';
import type { FileType } from './file-format.policy.js';
import type { RowKind } from './row-kind.js';
import { TxnRows } from './txn-rows.js';

/** What the rows of each type of file do. */
@Injectable()
export class RowKinds {
  private readonly kinds: Readonly<Record<FileType, RowKind>>;

  constructor(txn: TxnRows, cpd: CpdRows, bns: BnsRows, crd: CrdRows) {
    this.kinds = { TXN: txn as RowKind, CPD: cpd as RowKind, BNS: bns as RowKind, CRD: crd as RowKind };
  }

  of(type: FileType): RowKind {
    return this.kinds[type];
  }
}
