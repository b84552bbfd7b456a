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

/** Whom the provider vouches for; `username` where a claim is configured and there. */
export type Vouched = { issuer: string; subject: string; username: string | null };

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
    this.code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : why;
  }
}

const ANSWER_SECONDS = 5;
/** The provider's description of itself and its keys are asked for again after so long. */
const KNOWN_MS = 3_600_000;
const RETURN_PATH = '/api/v1/session/provider/return';

/** An OpenID Connect provider: authorization code with PKCE, state and nonce; its ID token's signature is checked. Asked for when first needed. */
export function oidcProvider(settings: ProviderSettings): IdentityProvider {
  const { accountClaim, publicUrl } = settings;
  const returnTo = publicUrl + RETURN_PATH;
  const known = discoveredFor(settings);
  return {
    label: settings.label,
    begin: ({ state, nonce, verifier }) =>
      orWhyNot(async () => {
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
      orWhyNot(async () => {
        const config = await known();
        const tokens = await oidc.authorizationCodeGrant(config, new URL(returnTo + query), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new Error('no ID token');
        const username =
          accountClaim === null
            ? null
            : (nameIn(claims, accountClaim) ??
              nameIn(await oidc.fetchUserInfo(config, tokens.access_token, claims.sub), accountClaim));
        return { issuer: claims.iss, subject: claims.sub, username };
      }),
    farewell: async (issuer) => {
      try {
        const config = await known();
        const metadata = config.serverMetadata();
        if (metadata.issuer !== issuer || metadata.end_session_endpoint === undefined) return null;
        return oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: `${publicUrl}/login` }).href;
      } catch {
        // Our own session is ended whether or not the provider answers.
        return null;
      }
    },
  };
}

/** A claim as an account's name is written. */
const nameIn = (claims: Readonly<Record<string, unknown>>, claim: string): string | null => {
  const value = claims[claim];
  return typeof value === 'string' && value.trim() !== '' ? value.trim().toLowerCase() : null;
};

/** What the provider says of itself: asked for once, not kept when it did not answer. */
function discoveredFor({ issuer, clientId, clientSecret }: ProviderSettings): () => Promise<oidc.Configuration> {
  let last: { at: number; config: Promise<oidc.Configuration> } | null = null;
  const discover = (): Promise<oidc.Configuration> =>
    oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: ANSWER_SECONDS,
      // By http on this machine alone (bin/config.ts refuses any other).
      execute: [oidc.enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [])],
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

async function orWhyNot<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ProviderError(whyNot(error), error);
  }
}

function whyNot(error: unknown): ProviderError['why'] {
  if (error instanceof oidc.AuthorizationResponseError) return 'denied';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const status = error instanceof oidc.ResponseBodyError ? error.status : statusIn(error);
  const isAway = code === 'OAUTH_TIMEOUT' || (error instanceof TypeError && error.message === 'fetch failed');
  return isAway || (status !== undefined && status >= 500) ? 'away' : 'failed';
}

/** An answer that was no JSON (a proxy's page) hangs on the error as its cause. */
const statusIn = (error: unknown): number | undefined =>
  error instanceof Error && error.cause instanceof Response ? error.cause.status : undefined;
