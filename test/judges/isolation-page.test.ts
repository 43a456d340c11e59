import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCluster } from '../../lib/isolation/cluster';
import { IsolationProof } from '../../lib/isolation/proof';
import { PAGE_FILES, pageOf } from '../../lib/isolation/report/html-page';
import { joined, reportOf } from '../../lib/isolation/report/report';
import { Chromium, hasChromium } from './isolation/chromium';

jest.setTimeout(120_000);
const READY = "document.documentElement.dataset.ready === 'yes'";
const read = (file: string) => readFileSync(join(__dirname, '../../lib/isolation/report', file), 'utf8');
const parts = { html: read(PAGE_FILES.html), css: read(PAGE_FILES.css), js: read(PAGE_FILES.js) };
const there = hasChromium();
if (!there) {
  console.error('not judged: chromium is not there, so nobody looked at the page of a report');
}

const policy = (namespace: string, spec: object, name = 'closed') => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ...spec },
});
const deployment = (namespace: string, name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { template: { metadata: { labels: { app: name } }, spec: { containers: [] } } },
});
const of = (...names: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: names }] },
});

/** The page of teams in two environments, of which the first may have a mistake. */
function page(teams: number, mistakes: readonly object[] = [], hostile = ''): string {
  const names = Array.from({ length: teams }, (_, index) => `team-${String(index).padStart(3, '0')}`);
  const environments = ['staging', 'production'];
  const objects = names.flatMap(team =>
    environments.flatMap(environment => {
      const namespace = `${team}-${environment}`;
      const workloads = Array.from({ length: 8 }, (_, index) => deployment(namespace, `model-${index}`));
      return [
        policy(namespace, { egress: [{ to: [of('kube-system')], ports: [{ port: 53, protocol: 'UDP' }] }] }),
        ...workloads,
      ];
    }),
  );
  const cluster = readCluster([...objects, ...mistakes].map(object => ({ source: `a.yaml:1${hostile}`, object })));
  const proof = new IsolationProof();
  proof.add(cluster);
  const ownerOf = (name: string) => ({ team: name.replace(/-\w+$/, ''), environment: name.replace(/^.*-/, '') });
  return pageOf(
    reportOf([{ declared: joined(cluster.namespaces.values()), verdict: proof.verdict(), ownerOf }]),
    parts,
  );
}

const two = [
  policy('team-000-staging', { egress: [{ to: [of('team-001-staging')] }] }, 'out'),
  policy('team-001-staging', { ingress: [{ from: [of('team-000-staging')] }] }, 'in'),
  policy('team-002-staging', { egress: [{ to: [of('team-002-production')] }] }, 'own'),
];

(there ? describe : describe.skip)('the page of an isolation report', () => {
  let folder: string;
  let browser: Chromium;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'isolation-page-'));
    browser = new Chromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  const open = (html: string, width?: number) => {
    writeFileSync(join(folder, 'index.html'), html);
    return browser.open(`file://${join(folder, 'index.html')}`, READY, width);
  };
  const text = (selector: string) =>
    browser.evaluate<string>(`document.querySelector(${JSON.stringify(selector)}).innerText`);
  const states = () =>
    browser.evaluate<string[]>(
      `[...document.querySelectorAll('#matrix tbody tr')].map(row => [...row.querySelectorAll('td')].map(cell => cell.classList[1]).join(' '))`,
    );

  test('loads nothing, complains of nothing, and says what is proven', async () => {
    await open(page(3));
    expect(browser.requests).toEqual([`file://${join(folder, 'index.html')}`]);
    expect(browser.complaints).toEqual([]);
    expect(await text('h1')).toBe('No team reaches another');
    expect(await states()).toEqual(['itself closed closed', 'closed itself closed', 'closed closed itself']);
    expect(await text('#findings')).toContain('Nothing.');
    expect(await text('#assumptions')).toMatch(/kube-system\s+is called by\s+6 namespaces\s+UDP 53/);
    expect(await text('#premises')).toContain('enforces NetworkPolicy');
  });

  test('explains the worst cell at once, from both sides, with the changes', async () => {
    await open(page(3, two));
    expect(await text('h1')).toBe('Teams are not isolated from each other');
    expect(await states()).toEqual(['itself open closed', 'closed itself closed', 'closed closed half-open']);
    const cell = await text('#cell');
    expect(cell).toContain('team-000 → team-001');
    expect(cell).toContain('NetworkPolicy team-000-staging/out');
    expect(cell).toContain('remove spec.ingress[0] of NetworkPolicy team-001-staging/in');
    expect(await browser.evaluate("document.querySelectorAll('#graph .foreign').length")).toBe(1);
  });

  test('is walked through by keys alone', async () => {
    await open(page(3, two));
    const label = () => browser.evaluate<string>("document.activeElement.getAttribute('aria-label')");
    await browser.evaluate('document.querySelector(\'#matrix td[tabindex="0"]\').focus()');
    expect(await label()).toBe('team-000: the team itself');
    for (const [key, expected] of [
      ['ArrowLeft', 'team-000: the team itself'],
      ['ArrowRight', 'team-000 to team-001: open'],
      ['ArrowDown', 'team-001: the team itself'],
      ['End', 'team-001 to team-002: closed'],
      ['Home', 'team-001 to team-000: closed'],
      ['PageDown', 'team-002 to team-000: closed'],
    ] as const) {
      await browser.press(key);
      expect(await label()).toBe(expected);
    }
    await browser.press('Enter');
    expect(await text('#cell')).toContain('closed isolates every pod, and no rule names the other');
    expect(await browser.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    expect(await browser.evaluate('document.querySelectorAll(\'#matrix td[tabindex="0"]\').length')).toBe(1);
    expect(await browser.evaluate("document.querySelector('#matrix table').getAttribute('role')")).toBe('grid');
  });

  test('filters by environment, by team, and by what is open', async () => {
    await open(page(4, two));
    const set = (id: string, property: string, value: unknown, event: string) =>
      browser.evaluate(
        `{ const one = document.getElementById('${id}'); one.${property} = ${JSON.stringify(value)}; one.dispatchEvent(new Event('${event}')); }`,
      );
    const rows = () =>
      browser.evaluate<string[]>("[...document.querySelectorAll('#matrix tbody th')].map(one => one.innerText)");
    await set('only-open', 'checked', true, 'change');
    expect(await rows()).toEqual(['team-000', 'team-001', 'team-002']);
    await set('teams', 'value', '000, 002', 'input');
    expect(await rows()).toEqual(['team-002']);
    await set('only-open', 'checked', false, 'change');
    await set('teams', 'value', '', 'input');
    await set('environment', 'value', 'production', 'change');
    // A path from one environment to the other is one of both.
    expect(await states()).toEqual([
      'itself closed closed closed',
      'closed itself closed closed',
      'closed closed half-open closed',
      'closed closed closed itself',
    ]);
    expect(await browser.evaluate("document.getElementById('namespace').options.length")).toBe(4);
    await set('teams', 'value', 'nobody', 'input');
    expect(await text('#matrix')).toBe('No team has such a name here.');
  });

  test('runs no script of a name', async () => {
    await open(page(2, two, '</script><script>document.title="taken"</script><img src=x onerror="document.title=1">'));
    expect(await browser.evaluate('document.title')).toBe('Network isolation');
    expect(browser.requests).toHaveLength(1);
    expect(await text('#findings')).toContain('<img src=x');
  });

  test.each(['light', 'dark'])('has enough contrast in %s colours', async scheme => {
    await open(page(3, two));
    await browser.emulate('screen', { 'prefers-color-scheme': scheme });
    const ratios = await browser.evaluate<Record<string, number>>(CONTRAST);
    for (const [name, ratio] of Object.entries(ratios)) {
      expect(`${name} ${ratio >= 4.5 ? 'is enough' : ratio}`).toBe(`${name} is enough`);
    }
    await browser.emulate('screen');
  });

  test('fits a narrow window and paper, which shows the whole matrix', async () => {
    const widest = 'document.documentElement.scrollWidth';
    await open(page(100), 360);
    expect(await browser.evaluate(widest)).toBeLessThanOrEqual(360);
    await open(page(100), 720);
    await browser.emulate('print');
    expect(await browser.evaluate("document.querySelector('#matrix table').offsetWidth")).toBeLessThanOrEqual(720);
    expect(await browser.printedPages()).toBeLessThanOrEqual(4);
    await browser.emulate('screen');
  });

  test('weighs less than 2 MB for 100 teams, and shows them all', async () => {
    const html = page(100);
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
    await open(html);
    expect(await browser.evaluate("document.querySelectorAll('#matrix td').length")).toBe(10_000);
  });
});

/** Contrast of texts with what is behind them, by the formula of WCAG. */
const CONTRAST = `(() => {
  const light = color => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(one => {
      const part = one / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = one => {
    const color = getComputedStyle(one).backgroundColor;
    return color === 'rgba(0, 0, 0, 0)' ? behind(one.parentElement) : color;
  };
  const ratios = {};
  for (const selector of ['h1', '.kicker', '.note', '#figures dt', '#figures .open dd', '#figures .half-open dd', '.legend li', '.badge', '.where', '.finding p', 'summary', 'aside h4', 'th', 'td', 'label', 'footer p']) {
    const one = document.querySelector(selector);
    const [a, b] = [light(getComputedStyle(one).color), light(behind(one))].sort((x, y) => y - x);
    ratios[selector] = (a + 0.05) / (b + 0.05);
  }
  return ratios;
})()`;
