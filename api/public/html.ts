import { createHash } from 'node:crypto';

/** Pages without a script and without a login, put together as text: every value is escaped, only `Markup` goes in as it is. */

/** Text that is HTML already. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

type Value = string | number | Markup | null | readonly Markup[];

/** A template whose values are escaped. Null is nothing. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(parts.map((part, at) => part + (at < values.length ? textOf(values[at] ?? null) : '')).join(''));
}

function textOf(value: Value): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escaped(String(value));
}

const STYLE = `:root{color-scheme:light;--ink:#1f2328;--muted:#57606a;--line:#d0d7de;--red:#9b1c1c}
*{box-sizing:border-box}
body{margin:0;background:#f5f6f8;color:var(--ink);font:16px/1.7 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem}
h1{font-size:1.35rem;margin:0 0 1rem}
.card{background:#fff;border:1px solid var(--line);border-radius:8px;padding:1.25rem;margin-bottom:1rem}
.state{display:flex;gap:.75rem;align-items:center;font-size:1.25rem;font-weight:600;margin:0 0 1rem;padding-left:.75rem;border-left:6px solid}
.valid{border-color:#1a7f37;color:#116329}.superseded{border-color:#9a6700;color:#7d4e00}.revoked{border-color:#cf222e;color:#a40e26}.unknown{border-color:#57606a}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1rem;margin:0}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
label{display:block;font-weight:600;margin-bottom:.35rem}
input{font:inherit;width:100%;padding:.5rem .75rem;border:1px solid #8c959f;border-radius:6px;letter-spacing:.05em}
button{font:inherit;margin-top:.75rem;padding:.5rem 1.5rem;border:0;border-radius:6px;background:var(--red);color:#fff;cursor:pointer}
:focus-visible{outline:3px solid #0969da;outline-offset:2px}
.small{font-size:.875rem;color:var(--muted)}`;

/** Nothing may load but this very style, and the form may only send to this site. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A whole page. */
export const page = (title: string, content: Markup): string =>
  html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.text;
