/** Who issues access tokens, and for whom. */
export class TokenSettings {
  /** The address of the public API, exactly as integrators reach it; the `iss` of every token. */
  readonly issuer: string;
  /** The `aud` of every token: the platform's API, on whichever app it is served. */
  readonly audience: string;

  constructor(publicUrl: string) {
    this.issuer = publicUrl;
    this.audience = `${publicUrl}/api/v1`;
  }
}
