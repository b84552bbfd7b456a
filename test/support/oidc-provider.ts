import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A real OpenID Connect provider on a free port. Whoever signs in there is who they say: the tests ask what we make of its word. */
export type TestProvider = {
  issuer: string;
  /** Stops answering; comes back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
};

export const CLIENT = { id: 'xueshi', secret: 'a-client-secret-of-the-tests-32-long' };

type How = {
  /** The name it goes by; to a browser `localhost` is another site than `127.0.0.1`. */
  host?: '127.0.0.1' | 'localhost';
  port?: number;
  /** How it lets our client show its secret; all it can without. */
  clientAuth?: 'client_secret_basic' | 'client_secret_post';
};

/** @param publicUrl where it sends people back to, as configured for our client */
export async function oidcTestProvider(publicUrl: string, how: How = {}): Promise<TestProvider> {
  const server = createServer();
  await listen(server, how.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://${how.host ?? '127.0.0.1'}:${String(port)}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${publicUrl}/api/v1/session/provider/return`],
        post_logout_redirect_uris: [`${publicUrl}/login`],
        ...(how.clientAuth && { token_endpoint_auth_method: how.clientAuth }),
      },
    ],
    ...(how.clientAuth && { clientAuthMethods: [how.clientAuth] }),
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: sub.replace(/^subject-of-/, '') }),
    }),
    // Nobody is asked whether our client may know them.
    loadExistingGrant: async (context) => {
      const { Grant } = context.oidc.provider;
      const { client, session } = context.oidc;
      if (!client || !session?.accountId) return undefined;
      const grant = new Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    cookies: { keys: ['of-the-tests'] },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  return {
    issuer,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    start: () => listen(server, port),
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve();
    });
  });

/** A browser at the provider: keeps its cookies, follows its redirects, and fills in its log-in page. */
export class ProviderVisitor {
  readonly #cookies = new Map<string, string>();
  readonly #issuer: string;

  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  /** Signs in as a subject. @returns the address the provider sends the browser back to */
  async signIn(address: string, subject: string): Promise<URL> {
    return this.#follow(new URL(address), subject);
  }

  /** Calls the sign-in off on the provider's page. */
  async callOff(address: string): Promise<URL> {
    const page = await this.#get(new URL(address));
    return this.#follow(new URL(`${page.href}/abort`), '');
  }

  async #follow(from: URL, subject: string): Promise<URL> {
    let at = from;
    for (let steps = 0; steps < 12; steps += 1) {
      if (at.origin !== this.#issuer) return at;
      const answer = await this.#ask(at);
      const to = answer.headers.get('location');
      if (to !== null) at = new URL(to, at);
      else at = await this.#logIn(at, subject);
    }
    throw new Error(`the provider goes round in circles: ${at.href}`);
  }

  async #logIn(page: URL, subject: string): Promise<URL> {
    const answer = await this.#ask(page, new URLSearchParams({ prompt: 'login', login: subject, password: 'any' }));
    const to = answer.headers.get('location');
    if (to === null) throw new Error(`the provider's page did not lead on: ${String(answer.status)}`);
    return new URL(to, page);
  }

  async #get(at: URL): Promise<URL> {
    const to = (await this.#ask(at)).headers.get('location');
    return to === null ? at : new URL(to, at);
  }

  async #ask(at: URL, body?: URLSearchParams): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie }, ...(body && { method: 'POST', body }) });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }
}
