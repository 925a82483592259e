import { Injectable } from '@nestjs/common';
import { BnsRows } from './bns-rows.js';
import { CpdRows } from './cpd-rows.js';
import { CrdRows } from './crd-rows.js';
import type { RowType } from './file-format.policy.js';
import type { RowKind } from './row-kind.js';
import { TxnRows } from './txn-rows.js';

/** What the rows of each type of file do. */
@Injectable()
export class RowKinds {
  private readonly kinds: Partial<Record<RowType, RowKind>>;

  constructor(txn: TxnRows, cpd: CpdRows, bns: BnsRows, crd: CrdRows) {
    this.kinds = { TXN: txn as RowKind, CPD: cpd as RowKind, BNS: bns as RowKind, CRD: crd as RowKind };
  }

  /** For rooms above this one. */
  register(kind: RowKind): void {
    this.kinds[kind.type] = kind;
  }

  of(type: RowType): RowKind {
    const kind = this.kinds[type];
    if (!kind) throw new Error(`nothing in this process knows rows of type ${type}`);
    return kind;
  }
}
