import type { Problem } from '../../contract/problems.ts';
import { addressOf, ROUTES, type RouteInput, type RouteName, type RouteOutput } from '../../contract/routes.ts';
import { runningSystem } from './data-folder.ts';

/** A person at the system's HTTP door, with their session's cookie: what the story, the benchmarks and the tests drive it with. */
export class HttpClient {
  readonly #base: string;
  #cookie = '';

  constructor(base: string, cookie = '') {
    this.#base = base.replace(/\/$/, '');
    this.#cookie = cookie;
  }

  static async signedIn(base: string, username: string, password: string): Promise<HttpClient> {
    const client = new HttpClient(base);
    await client.call('signIn', { body: { username, password } });
    return client;
  }

  /** `name=value`, for a browser that takes the session over. */
  get cookie(): string {
    return this.#cookie;
  }

  /** The route's answer. @throws ProblemError when the system refuses */
  async call<N extends RouteName>(name: N, input: RouteInput<N>): Promise<RouteOutput<N>> {
    const response = await this.#send(name, input);
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie !== undefined) this.#cookie = cookie;
    const text = await response.text();
    if (!response.ok) throw new ProblemError(name, JSON.parse(text) as Problem);
    return (text === '' ? undefined : JSON.parse(text)) as RouteOutput<N>;
  }

  async #send(
    name: RouteName,
    input: { params?: object; query?: object; headers?: object; body?: unknown; file?: Blob; fileName?: string },
  ) {
    const address = addressOf(name, {
      params: { ...input.params },
      query: { ...input.query },
    });
    const headers = new Headers({ cookie: this.#cookie });
    for (const [key, value] of Object.entries(input.headers ?? {})) headers.set(key, String(value));
    const init: RequestInit = { method: ROUTES[name].method, headers };
    if (input.file !== undefined) {
      const form = new FormData();
      form.append('file', input.file, input.fileName ?? 'file');
      init.body = form;
    } else if (input.body !== undefined) {
      headers.set('content-type', 'application/json');
      init.body = JSON.stringify(input.body);
    }
    return fetch(this.#base + address, init);
  }
}

/** What the system said no with. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(route: string, problem: Problem) {
    super(`${route}: ${problem.code}: ${problem.detail} ${problem.fix}`);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** A small PDF that opens, with a line of text in it; `salt` makes its bytes, and so its hash, its own. */
export function smallPdf(line: string, salt: string): Blob {
  const content = `BT /F1 18 Tf 40 760 Td (${line.replace(/[^\x20-\x7e]|[()\\]/g, '?')}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let pdf = '%PDF-1.4\n';
  const offsets = objects.map((body, i) => {
    const at = pdf.length;
    pdf += `${i + 1} 0 obj${body}endobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const end = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\n`;
  return new Blob([`${pdf}${end}startxref\n${pdf.length}\n%%EOF\n% ${salt}\n`], { type: 'application/pdf' });
}

/** The address of the running system: `BASE_URL`, or what `npm start` left in its data folder. */
export const baseUrl = (env: NodeJS.ProcessEnv): string =>
  env['BASE_URL'] ?? runningSystem(env['DATA_DIR'] ?? '.data')?.address ?? 'http://127.0.0.1:8080';
