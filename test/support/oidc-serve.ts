import { CLIENT, oidcTestProvider } from './oidc-provider.ts';

/** The tests' identity provider, to sign in at by hand: `npm run oidc`, and `npm start` with the settings that it prints. Whoever signs in is who they say. */

const publicUrl = process.argv[2] ?? 'http://127.0.0.1:8080';
const { issuer } = await oidcTestProvider(publicUrl, { host: 'localhost', port: 4011 });
process.stdout.write(
  `身份提供方已启动：${issuer}（任意用户名和密码；Ctrl-C 结束）\n在另一个终端：\n` +
    `OIDC_ISSUER=${issuer} OIDC_CLIENT_ID=${CLIENT.id} OIDC_CLIENT_SECRET=${CLIENT.secret} npm start\n`,
);
