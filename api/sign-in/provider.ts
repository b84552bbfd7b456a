import * as oidc from 'openid-client';

/** Where the provider is, and as whom we ask it. */
export type ProviderSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where people open the pages, without a slash at its end. */
  publicUrl: string;
  /** Which of the provider's claims is the account's name here; null: subjects are linked by people alone. */
  accountClaim: string | null;
  /** What stands on the log-in page's button. */
  label: string;
};

/** What keeps one sign-in apart from all others, and a stolen answer from being used. */
export type Secrets = { state: string; nonce: string; verifier: string };

/** Whom the provider vouches for. */
export type Vouched = {
  issuer: string;
  subject: string;
  /** The account's name by the configured claim; null without one, or where it is not there or not verified. Asked for when needed. */
  username(): Promise<string | null>;
};

export type IdentityProvider = {
  label: string;
  /** Where to send the browser. */
  begin(secrets: Secrets): Promise<string>;
  /** @param query what the browser brought back */
  finish(query: string, secrets: Secrets): Promise<Vouched>;
  /** Where to send the browser to end the provider's session as well; null where it has no such page or is away. */
  farewell(issuer: string): Promise<string | null>;
};

/** Why there is no word from the provider: `away` passes by itself, `denied` is its answer, `failed` is an answer that does not hold. */
export class ProviderError extends Error {
  readonly why: 'away' | 'denied' | 'failed';
  readonly code: string;
  constructor(why: ProviderError['why'], cause: unknown) {
    super('the identity provider gave no word that holds', { cause });
    this.why = why;
    this.code = codeOf(cause) ?? why;
  }
}

/** For the log: the protocol's own word (`invalid_client`), else the library's. The first can come by the browser, so only what looks like one. */
function codeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const said = saidIn(cause);
  if (said !== undefined && /^[a-z_]{1,40}$/.test(said)) return said;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

function saidIn(cause: Error): string | undefined {
  if (cause instanceof oidc.WWWAuthenticateChallengeError) return cause.cause[0]?.parameters.error;
  const isAnswer = cause instanceof oidc.ResponseBodyError || cause instanceof oidc.AuthorizationResponseError;
  return isAnswer ? cause.error : undefined;
}

/** As OpenID Connect Core has it (section 2). */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;
const USERNAME = /^[a-z0-9][a-z0-9._-]{1,63}$/;

const ANSWER_SECONDS = 5;
/** So many wait for the provider at once: while it is slow the others learn so at once, and the password's way stays free. */
const MOST_WAITING = 50;
/** The provider's description of itself is asked for again after so long; its keys whenever one is new (openid-client). */
const KNOWN_MS = 3_600_000;
const RETURN_PATH = '/api/v1/session/provider/return';

/** An OpenID Connect provider: authorization code with PKCE, state and nonce; its ID token's signature is checked. Asked for when first needed. */
export function oidcProvider(settings: ProviderSettings): IdentityProvider {
  const { accountClaim, publicUrl } = settings;
  const returnTo = publicUrl + RETURN_PATH;
  const known = discoveredFor(settings);
  const ask = asker();
  return {
    label: settings.label,
    begin: ({ state, nonce, verifier }) =>
      ask(async () => {
        const address = oidc.buildAuthorizationUrl(await known(), {
          redirect_uri: returnTo,
          scope: accountClaim === null ? 'openid' : 'openid profile',
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
          nonce,
        });
        return address.href;
      }),
    finish: (query, { state, nonce, verifier }) =>
      ask(async () => {
        const config = await known();
        const tokens = await oidc.authorizationCodeGrant(config, new URL(returnTo + query), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new Error('no ID token');
        if (!SUBJECT.test(claims.sub)) throw new Error('a subject out of form');
        const username = () => ask(() => usernameOf(config, accountClaim, { ...claims, token: tokens.access_token }));
        return { issuer: claims.iss, subject: claims.sub, username };
      }),
    farewell: async (issuer) => {
      try {
        const config = await ask(known);
        const metadata = config.serverMetadata();
        if (metadata.issuer !== issuer || metadata.end_session_endpoint === undefined) return null;
        return oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: `${publicUrl}/login` }).href;
      } catch (error) {
        // Our own session is ended whether or not the provider answers.
        if (error instanceof ProviderError) return null;
        throw error;
      }
    },
  };
}

type Claims = { sub: string; token: string } & Readonly<Record<string, unknown>>;

/** In the ID token, else in what the provider says of the user where it has an address for that. */
async function usernameOf(config: oidc.Configuration, claim: string | null, claims: Claims): Promise<string | null> {
  if (claim === null) return null;
  if (claims[claim] !== undefined || config.serverMetadata().userinfo_endpoint === undefined)
    return nameIn(claims, claim);
  return nameIn(await oidc.fetchUserInfo(config, claims.token, claims.sub), claim);
}

/** A claim as an account's name is written; none where the provider says that it has not verified it (`email_verified`). */
const nameIn = (claims: Readonly<Record<string, unknown>>, claim: string): string | null => {
  const value = claims[claim];
  if (typeof value !== 'string' || claims[`${claim}_verified`] === false) return null;
  const name = value.trim().toLowerCase();
  return USERNAME.test(name) ? name : null;
};

/** On this machine alone: bin/config.ts refuses any other address without TLS. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated only so that it stands out, says the library
const OVER_HTTP = oidc.allowInsecureRequests;

/** What the provider says of itself: asked for once, not kept when it did not answer. */
function discoveredFor({ issuer, clientId, clientSecret }: ProviderSettings): () => Promise<oidc.Configuration> {
  let last: { at: number; config: Promise<oidc.Configuration> } | null = null;
  const discover = (): Promise<oidc.Configuration> =>
    oidc.discovery(new URL(issuer), clientId, clientSecret, asItAccepts(clientSecret), {
      timeout: ANSWER_SECONDS,
      execute: [oidc.enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [OVER_HTTP] : [])],
    });
  return async () => {
    if (last === null || performance.now() - last.at > KNOWN_MS) last = { at: performance.now(), config: discover() };
    const asked = last;
    try {
      return await asked.config;
    } catch (error) {
      if (last === asked) last = null;
      throw error;
    }
  };
}

/** Our secret in the body or in a header, as the provider says it takes it; one that says nothing takes the header (OpenID Connect Discovery 1.0). */
const asItAccepts =
  (secret: string): oidc.ClientAuth =>
  (server, ...rest) => {
    const inBody = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') === true;
    const show = inBody ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
    show(server, ...rest);
  };

/** Asks the provider something, with so many others at most. @throws ProviderError alone */
function asker(): <T>(work: () => Promise<T>) => Promise<T> {
  let waiting = 0;
  return async (work) => {
    if (waiting >= MOST_WAITING) throw new ProviderError('away', null);
    waiting += 1;
    try {
      return await work();
    } catch (error) {
      throw new ProviderError(whyNot(error), error);
    } finally {
      waiting -= 1;
    }
  };
}

function whyNot(error: unknown): ProviderError['why'] {
  if (error instanceof oidc.AuthorizationResponseError) return 'denied';
  return isBroken(error) || statusIn(error) >= 500 ? 'away' : 'failed';
}

/** No answer in time, no connection, or one that broke while it was read. */
function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === 'OAUTH_TIMEOUT') return true;
  const isNetwork = error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message);
  return isNetwork || isBroken(error.cause);
}

/** An answer that was no JSON (a proxy's page) hangs on the error as its cause; 0 where there was none. */
function statusIn(error: unknown): number {
  if (error instanceof oidc.ResponseBodyError) return error.status;
  return error instanceof Error && error.cause instanceof Response ? error.cause.status : 0;
}
