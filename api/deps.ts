import type { Attributes, Span } from '@opentelemetry/api';
import type { Db } from '../db/connect.ts';
import type { CertificatePrinter } from './certificate/printer.ts';
import type { EvidenceStore } from './evidence/store.ts';
import type { IdentityProvider } from './sign-in/provider.ts';

/** One answered request, for whoever counts them: the route's pattern, never the address asked. */
export type Answered = {
  route: string;
  method: string;
  status: number;
  seconds: number;
  /** The code of the problem it was answered with. */
  problem: string | null;
};

/** What the routes work with. */
export type Deps = {
  db: Db;
  evidence: EvidenceStore;
  certificates: CertificatePrinter;
  /** Where people may sign in beside here. */
  identityProvider?: IdentityProvider | null | undefined;
  /** Told of every answer. */
  observe?: ((answered: Answered) => void) | undefined;
  /** Begins a request's trace, which has the request's id; unset where traces are off. */
  beginTrace?: ((requestId: string, name: string, attributes: Attributes) => Span) | undefined;
  config: ApiConfig;
};

export type ApiConfig = {
  logLevel: string;
  /** Where log lines go; standard output unless given. */
  logStream?: { write(line: string): void } | undefined;
  /** `__Host-` cookies, HSTS: behind https only. */
  secureCookies: boolean;
  /** The key of the keyed hash by which other systems name people (`personKey`). */
  personKeySecret: string;
  /** The built pages; served when the folder exists. */
  webFolder: string;
  /** Which proxies' X-Forwarded-For is believed: addresses, ranges or Fastify's words, with commas between; none by default. */
  trustedProxies?: string | undefined;
  /** How many certificates one address may check a minute. */
  verificationsPerMinute?: number | undefined;
  /** How many requests are worked on at once, evidence on its way apart; past it they are refused with Retry-After. */
  maxUnderWay?: number | undefined;
  /** How long this process may take to come to its next turn before requests are refused with Retry-After; 0: never refused for it. */
  maxDelayMs?: number | undefined;
  /** Temporal's own console, where there is one. */
  temporalUi?: { url: string; namespace: string } | null | undefined;
  /** Checks every answer against its schema (tests); in production the types have done so. */
  checkAnswers?: boolean | undefined;
};
