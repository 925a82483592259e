import { defineAct } from '@tallystick/platform';

export const FileReceived = defineAct({ name: 'file.received', description: 'A file of rows was uploaded' });
export const FileCancelled = defineAct({ name: 'file.cancelled', description: 'The work on a file was stopped' });
export const FileDownloaded = defineAct({ name: 'file.downloaded', description: 'The results or rejected rows of a file were downloaded' });
export const FileDropCreated = defineAct({ name: 'file_drop.created', description: 'An SFTP drop was set up' });
export const FileDropUpdated = defineAct({ name: 'file_drop.updated', description: 'An SFTP drop was changed' });
export const FileDropRemoved = defineAct({ name: 'file_drop.removed', description: 'An SFTP drop was removed' });
export const FileDropStopped = defineAct({
  name: 'file_drop.stopped',
  description: 'An SFTP drop was stopped because its server shows another host key',
});
