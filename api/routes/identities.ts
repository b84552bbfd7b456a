import type { FastifyInstance } from 'fastify';
import { ownPath } from '../../contract/own-path.ts';
import { linkIdentity, unlinkIdentity, unlinkOwnIdentity } from '../../db/acts/identities.ts';
import { forgiveAttempts } from '../../db/acts/session.ts';
import { readOwnIdentity } from '../../db/read/identities.ts';
import type { Deps } from '../deps.ts';
import { hashOf, readLinkingCode, today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';
import { boundSignIns } from '../sign-in/entering.ts';
import { wrongPassword } from '../sign-in/password.ts';
import { backToLogin, returnFrom, sendTo } from '../sign-in/round-trip.ts';

/**
 * Signing in at an identity provider (统一身份认证). It says who somebody is; which account that is, and what it may do, is on record here.
 * The two addresses that browsers open tell what goes wrong on the log-in page, where the password still leads in.
 */
export async function identityRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  const { config, identityProvider: provider = null } = deps;
  serve(app, 'signInWays', ({ request }) =>
    Promise.resolve(
      given({
        provider: provider && { label: provider.label },
        linkingCode: provider && readLinkingCode(request, config.secureCookies),
      }),
    ),
  );
  await app.register(async (scoped) => {
    await boundSignIns(scoped);
    serve(scoped, 'startAtProvider', async ({ query, request, reply }) => {
      if (provider === null) return NO_PROVIDER;
      const next = ownPath(query.next);
      const sent = await sendTo(provider, deps, { request, reply, nextPath: next, personId: null });
      void reply.header('location', sent.ok ? sent.address : backToLogin(sent.fault, next));
      return given(undefined);
    });
    serve(scoped, 'returnFromProvider', async ({ query, request, reply }) => {
      if (provider === null) return NO_PROVIDER;
      void reply.header('location', await returnFrom(provider, deps, { request, reply, state: query.state ?? '' }));
      return given(undefined);
    });
  });
  ownRoutes(app, deps);
  managerRoutes(app, deps);
}

/** One's own link: made by who knows the password, for a stolen session must not leave another way in behind. */
function ownRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, identityProvider: provider = null } = deps;
  serve(app, 'ownIdentity', async ({ scope }) => given(await readOwnIdentity(db, scope.personId)));
  serve(app, 'linkOwnIdentity', async ({ body, scope, request, reply }) => {
    if (provider === null) return NO_PROVIDER;
    const { personId } = scope;
    const wrong = await wrongPassword(deps, personId, body.password, request.id);
    if (wrong) return wrong;
    await forgiveAttempts(db, personId);
    const sent = await sendTo(provider, deps, { request, reply, nextPath: null, personId });
    return sent.ok ? given({ continueAt: sent.address }) : PROVIDER_AWAY;
  });
  serve(app, 'unlinkOwnIdentity', async ({ scope }) => {
    await unlinkOwnIdentity(db, scope);
    return given({ linkedAt: null });
  });
}

function managerRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'linkIdentity', ({ scope, params, body }) =>
    linkIdentity(db, scope, {
      organisationId: params.id,
      personId: params.personId,
      codeHash: hashOf(body.code),
      today: today(),
    }),
  );
  serve(app, 'unlinkIdentity', ({ scope, params }) =>
    unlinkIdentity(db, scope, { organisationId: params.id, personId: params.personId, today: today() }),
  );
}

const NO_PROVIDER = refused({
  code: 'not-found',
  detail: '本系统没有开通统一身份认证登录。',
  fix: '请在登录页用用户名和密码登录。',
});

const PROVIDER_AWAY = refused({
  code: 'provider-away',
  detail: '统一身份认证暂时没有应答，没有关联。',
  fix: '请稍后再试；您的密码登录不受影响。',
  more: { retryAfterSeconds: 60 },
});
