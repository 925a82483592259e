import { defineAct } from '@tallystick/platform';

export const AuditLogExported = defineAct({ name: 'audit_log.exported', description: 'The audit log was exported' });
