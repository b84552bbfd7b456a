import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { PROBLEMS, problemSchema } from '../../contract/problems.ts';
import { ROUTES, type Route, type RouteName } from '../../contract/routes.ts';
import { type Record_, type Role, recordOf, requestsTo, rolesOf, type Sent } from './fuzzed.ts';
import { type Bench, makeBench } from './support.ts';

/**
 * Every route, asked by everybody for anything: no fault (5xx), no answer that is not of its shape, none without a session where one is
 * needed. `FUZZ_CASES` requests a role from `FUZZ_SEED`; the same seed and number send the same requests in the same order.
 */
const NAMES = Object.keys(ROUTES) as RouteName[];
const CASES = Number(process.env['FUZZ_CASES'] ?? NAMES.length);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_124);
/** Requests between two looks at what there is in the record by now. */
const ROUND = NAMES.length;

let bench: Bench;
let app: Bench['app'];
let roles: Role[];
/** What the API logged since the last request. */
let logged = '';
beforeAll(async () => {
  bench = await makeBench();
  roles = await rolesOf(bench);
  ({ app } = await bench.another({
    logStream: {
      write: (line) => {
        logged = line;
      },
    },
  }));
});
afterAll(() => bench.close());

const STANDINGS = [
  ...['anonymous', 'declarant', 'first reviewer', 're-reviewer', 'filing officer', 'supervisor', "unit's manager"],
  ...["city's administrator", "province's administrator", 'auditor', 'machine'],
];

describe(`fuzz: FUZZ_SEED=${String(SEED)} FUZZ_CASES=${String(CASES)}`, () => {
  test.each(STANDINGS)('asked by: %s', { timeout: 120_000 + CASES * 200 }, async (name) => {
    const role = roles.find((each) => each.name === name);
    if (!role) throw new Error(`nobody is ${name}`);
    const faults = new Map<string, string>();
    const answered: Record<string, number> = {};
    for (let from = 0; from < CASES; from += ROUND) {
      let own = await role.stand();
      for (const sent of requests(await recordOf(bench.db), from, STANDINGS.indexOf(name))) {
        const answer = await ask(own, sent);
        answered[String(answer.status)] = (answered[String(answer.status)] ?? 0) + 1;
        if (answer.status === 401 && !isClosedTo(ROUTES[sent.route], role)) own = await role.stand();
        const fault = faultIn(role, sent, answer);
        const key = `${sent.route} ${String(answer.status)} ${fault?.split('\n')[0] ?? ''}`;
        if (fault === null || faults.has(key)) continue;
        faults.set(key, told(sent, fault));
        // At once: a long run need not end to be read.
        console.info(told(sent, fault));
      }
    }
    console.info(`${name}: ${JSON.stringify(answered)}`);
    expect([...faults.keys()]).toEqual([]);
  });
});

/** One round over all routes. */
const requests = (record: Record_, from: number, which: number): Sent[] =>
  NAMES.slice(0, CASES - from).flatMap((route, at) => {
    const seed = SEED + which * 1_000_003 + from + at;
    return fc.sample(requestsTo(route, kindOf(seed + from / ROUND), record), { seed, numRuns: 1 });
  });

/** Of eleven requests five are of their form, four have one part damaged, two are anything; each route has all in eleven rounds. */
function kindOf(turn: number): Sent['kind'] {
  const which = turn % 11;
  if (which < 5) return 'valid';
  return which < 9 ? 'damaged' : 'garbage';
}

type Answered = { status: number; body: string; type: string };

async function ask(own: Record<string, string>, { route, url, headers, payload }: Sent): Promise<Answered> {
  for (let tries = 1; ; tries += 1) {
    logged = '';
    const response = await app.inject({
      method: ROUTES[route].method,
      url,
      headers: { ...headers, ...own },
      remoteAddress: anyAddress(),
      ...(payload === undefined ? {} : { payload }),
    });
    const { statusCode: status } = response;
    // A machine that is busy with other tests may refuse for a moment; what is refused for good is a fault.
    if (status === 503 && route !== 'ready' && tries < 10) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      continue;
    }
    return { status, body: response.body, type: String(response.headers['content-type'] ?? '') };
  }
}

/** What is bounded by the minute and address has bounds of its own tests. */
let addresses = 0;
const anyAddress = (): string => {
  addresses += 1;
  return `10.${String((addresses >> 16) & 255)}.${String((addresses >> 8) & 255)}.${String(addresses & 255)}`;
};

/** What is wrong with an answer; null when nothing is. */
function faultIn(role: Role, { route, kind }: Sent, { status, body, type }: Answered): string | null {
  const of: Route = ROUTES[route];
  if (status >= 500 && !(route === 'ready' && status === 503))
    return `${/"message":"[^"]*/.exec(logged)?.[0] ?? 'no cause'}\n${body}\n${logged.slice(0, 1_500)}`;
  if (route === 'ready') return null;
  if (status >= 400) return problemFault(status, body, type) ?? unopened(of, role, kind, status);
  if (status !== of.status) return `${String(status)} instead of ${String(of.status)}`;
  if (isClosedTo(of, role)) return 'answered without a session';
  return of.response && !of.file ? shapeFault(of.response, body) : null;
}

const isClosedTo = ({ access }: Route, role: Role): boolean =>
  access !== 'anyone' && (access === 'machine') !== (role.access === 'machine');

/** Without a session nothing but that is answered, whatever is sent; only an address that is none is not found. */
function unopened(of: Route, role: Role, kind: Sent['kind'], status: number): string | null {
  const isAddress = kind === 'valid' || of.params === undefined;
  return isClosedTo(of, role) && isAddress && status !== 401 ? 'looked at without a session' : null;
}

function problemFault(status: number, body: string, type: string): string | null {
  if (!type.startsWith('application/problem+json')) return `no problem+json but ${type}: ${body.slice(0, 200)}`;
  const problem = problemSchema.safeParse(parsed(body));
  if (!problem.success) return `no whole problem: ${body.slice(0, 500)}`;
  const [known] = PROBLEMS[problem.data.code];
  const isChinese = [problem.data.detail, problem.data.fix].every((text) => /\p{Script=Han}/u.test(text));
  return known === status && isChinese ? null : `a problem of another status or language: ${body.slice(0, 500)}`;
}

function shapeFault(shape: z.ZodType, body: string): string | null {
  const answer = shape.safeParse(parsed(body));
  return answer.success ? null : `not of its shape: ${JSON.stringify(answer.error.issues).slice(0, 500)}`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const told = ({ route, kind, url, headers, payload }: Sent, fault: string): string =>
  [
    `${route} (${kind}) ${ROUTES[route].method} ${url.slice(0, 400)} ${JSON.stringify(headers).slice(0, 300)}`,
    String(payload ?? '').slice(0, 1_200),
    fault,
  ].join('\n  ');
