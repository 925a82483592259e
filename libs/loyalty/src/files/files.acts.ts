import { defineAct } from '@tallystick/platform';

export const FileReceived = defineAct({ name: 'file.received', description: 'A file of rows was uploaded' });
export const FileCancelled = defineAct({ name: 'file.cancelled', description: 'The work on a file was stopped' });
export const FileDownloaded = defineAct({ name: 'file.downloaded', description: 'The results or rejected rows of a file were downloaded' });
