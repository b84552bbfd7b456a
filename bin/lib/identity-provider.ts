import { type IdentityProvider, oidcProvider } from '../../api/sign-in/provider.ts';
import type { readConfig } from '../config.ts';

/** The settings that say where people may sign in beside here. */
export const PROVIDER_SETTINGS = [
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_ACCOUNT_CLAIM',
  'OIDC_LABEL',
  'PUBLIC_URL',
] as const;

/** The identity provider that the settings name; null without one. Nothing is asked of it yet. */
export function providerOf(
  config: ReturnType<typeof readConfig<(typeof PROVIDER_SETTINGS)[number]>>,
): IdentityProvider | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = config;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return null;
  return oidcProvider({
    issuer,
    clientId,
    clientSecret,
    publicUrl: config.PUBLIC_URL.replace(/\/$/, ''),
    accountClaim: config.OIDC_ACCOUNT_CLAIM ?? null,
    label: config.OIDC_LABEL,
  });
}
