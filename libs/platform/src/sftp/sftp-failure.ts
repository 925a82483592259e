/** What went wrong with an SFTP server. */
export type SftpProblem = 'address_refused' | 'unreachable' | 'host_key_changed' | 'sign_in_refused' | 'folder_missing' | 'failed';

/** An SFTP server that could not be worked with; the message is for the tenant, and holds no secret. */
export class SftpFailure extends Error {
  override readonly name = 'SftpFailure';

  constructor(
    readonly kind: SftpProblem,
    message: string,
  ) {
    super(message);
  }
}
