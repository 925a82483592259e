import { defineAct } from '@tallystick/platform';

export const ProgramCreated = defineAct({ name: 'program.created', description: 'A reward program was created' });
export const ProgramUpdated = defineAct({ name: 'program.updated', description: 'A reward program was changed' });
export const ProgramEnded = defineAct({
  name: 'program.ended',
  description: 'A reward program that has members was ended instead of deleted',
});
export const ProgramDeleted = defineAct({ name: 'program.deleted', description: 'A reward program without members was deleted' });
