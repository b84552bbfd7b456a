import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `global.ts` hands out the servers the tests share. */
    servers: string;
  }
}

/** What the shared servers are called, and how each is reached. */
export interface Servers {
  postgres: { admin: string; template: string };
  temporal: { address: string; namespace: string };
  /** The pages, built. */
  web: { folder: string };
}

/** The address of a server shared by the whole run; the first to ask starts it. */
export async function server<Name extends keyof Servers>(name: Name): Promise<Servers[Name]> {
  const answer = await fetch(`${inject('servers')}/${name}`);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Servers[Name];
}
