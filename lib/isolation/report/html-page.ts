import { createHash } from 'node:crypto';
import type { IsolationReport } from './report';

/** What a page is made of, each a file of the folder `page`. */
export interface PageParts {
  readonly html: string;
  readonly css: string;
  readonly js: string;
}

export const PAGE_FILES = { html: 'page/page.html', css: 'page/page.css', js: 'page/page.js' } as const;

/**
 * One page that needs nothing else: what is not in it, a browser may not load.
 *
 * Names come from manifests, so whoever writes these could write HTML: the page's policy runs our script alone.
 */
export function pageOf(report: IsolationReport, { html, css, js }: PageParts): string {
  const data = JSON.stringify(report).replaceAll('<', '\\u003c');
  const policy = `default-src 'none'; style-src '${hashOf(css)}'; script-src '${hashOf(js)}'; base-uri 'none'; form-action 'none'`;
  const parts: Readonly<Record<string, string>> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    style: `<style>${css}</style>`,
    data: `<script id="data" type="application/json">${data}</script>`,
    script: `<script>${js}</script>`,
  };
  return html.replace(/<!-- (\w+) -->/g, (_, name: string) => parts[name]!);
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
