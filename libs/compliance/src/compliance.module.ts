import { Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail.query.js';
import { ExportAuditTrail } from './export-audit-trail.query.js';
import { VerifyAuditTrail } from './verify-audit-trail.query.js';

const ROOM = [AuditTrail, ExportAuditTrail, VerifyAuditTrail];

/** The audit trail, for those who read and check it. */
@Module({ providers: ROOM, exports: ROOM })
export class ComplianceModule {}
