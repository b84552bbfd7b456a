import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

/** The OpenAPI document, made from the routes' own schemas, and a page to read it; nothing is loaded from elsewhere. */
export async function document(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '学时：湖北省专业技术人员继续教育学时管理',
        description:
          '错误一律为 application/problem+json：错误码、中文说明与处理办法。学时以百分之一学时的整数表示（450 = 4.5 学时）。',
        version: '1.0.0',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'xueshi_session' },
          machine: { type: 'http', scheme: 'bearer', description: '凭证编号.密钥' },
        },
      },
    },
    transform: jsonSchemaTransform,
    hideUntagged: true,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { validatorUrl: null },
    staticCSP: true,
    // Also over plain http on this machine, and from nowhere else.
    transformStaticCSP: (header) =>
      header
        .replace(/upgrade-insecure-requests;?/, '')
        .replaceAll(' https:', '')
        .replaceAll(' validator.swagger.io', ''),
  });
  for (const url of ['/openapi.json', '/api/v1/openapi.json']) {
    app.get(url, { schema: { hide: true } }, () => app.swagger());
  }
}
