/** The part of simple-oauth2 that the tests use; it comes without types. */
declare module 'simple-oauth2' {
  export class ClientCredentials {
    constructor(options: {
      readonly client: { readonly id: string; readonly secret: string };
      readonly auth: { readonly tokenHost: string; readonly tokenPath: string };
      readonly options?: { readonly authorizationMethod?: 'header' | 'body'; readonly bodyFormat?: 'form' | 'json' };
    });
    getToken(parameters: { readonly scope?: string }): Promise<{ readonly token: Readonly<Record<string, unknown>> }>;
  }
}
