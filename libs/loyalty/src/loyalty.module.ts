import { Module } from '@nestjs/common';
import { LedgerModule } from '@tallystick/ledger';
import { CreateMember } from './create-member.operation.js';
import { EnrollMembers } from './enroll-members.operation.js';
import { ExpirePoints } from './expire-points.operation.js';
import { FindLots } from './find-lots.query.js';
import { FindMembers } from './find-members.query.js';
import { FindPointsBatch } from './find-points-batch.query.js';
import { FindPrograms } from './find-programs.query.js';
import { FindTransactions } from './find-transactions.query.js';
import { FindWallets } from './find-wallets.query.js';
import { MemberStatement } from './member-statement.query.js';
import { ParkedRefunds } from './parked-refunds.js';
import { PostPoints } from './post-points.operation.js';
import { PostPointsBatch } from './post-points-batch.operation.js';
import { ProfileSealer } from './profile-sealer.js';
import { RetryParkedRefunds } from './retry-parked-refunds.operation.js';
import { SaveProgram } from './save-program.operation.js';
import { UpdateMember } from './update-member.operation.js';

const ROOM = [
  CreateMember,
  EnrollMembers,
  ExpirePoints,
  FindLots,
  FindMembers,
  FindPointsBatch,
  FindPrograms,
  FindTransactions,
  FindWallets,
  MemberStatement,
  ParkedRefunds,
  PostPoints,
  PostPointsBatch,
  ProfileSealer,
  RetryParkedRefunds,
  SaveProgram,
  UpdateMember,
];

/** Programs, members and what happens to their points. */
@Module({ imports: [LedgerModule], providers: ROOM, exports: ROOM })
export class LoyaltyModule {}
