import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Namespace, readCluster } from '../lib/isolation/cluster';
import { IsolationProof } from '../lib/isolation/proof';
import { PAGE_FILES, pageOf } from '../lib/isolation/report/html-page';
import { joined, reportOf } from '../lib/isolation/report/report';
import { Chromium, hasChromium } from '../test/judges/isolation/chromium';
import { plainObjects } from './workload';

const ROUNDS = 5;
const [pins] = process.argv.slice(2) as [string];

void measure();

async function measure(): Promise<void> {
  const html = page(100);
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  const file = join(folder, 'index.html');
  writeFileSync(file, html);
  const ms = hasChromium() ? await opened(`file://${file}`) : null;
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify({ bytes: Buffer.byteLength(html), ms }));
}

/** Median time from the request to the second frame, in a browser that runs already. */
async function opened(url: string): Promise<number> {
  const browser = new Chromium();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push(await browser.open(url, "document.documentElement.dataset.ready === 'yes'"));
  }
  await browser.close();
  return times.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)]!;
}

function page(teams: number): string {
  const { of } = plainObjects('vocabulary', pins);
  const proof = new IsolationProof();
  const declared: Namespace[] = [];
  for (let index = 0; index < teams; index++) {
    const cluster = readCluster(of(index).map(object => ({ source: `production/team-${index}`, object })));
    proof.add(cluster);
    declared.push(...cluster.namespaces.values());
  }
  const report = reportOf([{ declared: joined(declared), verdict: proof.verdict(), ownerOf: team => ({ team }) }]);
  const read = (name: string) => readFileSync(join(__dirname, '../lib/isolation/report', name), 'utf8');
  return pageOf(report, { html: read(PAGE_FILES.html), css: read(PAGE_FILES.css), js: read(PAGE_FILES.js) });
}
