import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../../../lib/helm/values/value-node';
import type { Helm } from './binaries';
import { ask } from './template';

const CHART = 'apiVersion: v2\nname: referee\nversion: 0.1.0\n';
/** Every document as the parser of Kubernetes reads it: no library of JavaScript reads all texts like Go. */
const TEMPLATE = `{{- range .Values.documents }}
# {{ . | fromYaml | toJson | b64enc }}
{{- end }}
`;

/** Reads texts with Go's own YAML, in one go. */
export async function readWithGo(helm: Helm, texts: readonly string[]): Promise<Json[][]> {
  return (await tryReadWithGo(helm, texts)).map(documents => documents.map(refuseError));
}

/** The same for texts that need not be YAML: what Go says of a document that it cannot read stands in its place. */
export async function tryReadWithGo(helm: Helm, texts: readonly string[]): Promise<Json[][]> {
  if (texts.length === 0) {
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'referee-'));
  try {
    mkdirSync(join(folder, 'templates'));
    writeFileSync(join(folder, 'Chart.yaml'), CHART);
    writeFileSync(join(folder, 'templates', 'all.yaml'), TEMPLATE);
    const split = texts.map(documentsOf);
    const input = JSON.stringify({ documents: split.flat() });
    const { status, stdout, stderr } = await ask(helm, ['template', 'referee', folder, '--values', '-'], input);
    const lines = stdout.split('\n').filter(line => /^# [A-Za-z0-9+/=]+$/.test(line));
    if (status !== 0 || lines.length !== split.flat().length) {
      throw new Error(`the referee read ${lines.length} of ${split.flat().length} documents: ${stderr}`);
    }
    const read = lines.map(line => JSON.parse(Buffer.from(line.slice(2), 'base64').toString()) as Json);
    let at = 0;
    return split.map(documents => read.slice(at, (at += documents.length)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The documents of a stream: a line "---" is in no text that is indented or in quotes. */
const documentsOf = (text: string): string[] =>
  text.split(/^---(?:[ \t].*)?$/m).filter(document => document.split('\n').some(line => !/^\s*(?:#.*)?$/.test(line)));

function refuseError(document: Json): Json {
  const error = (document as { Error?: string }).Error;
  if (error !== undefined) {
    throw new Error(`Go cannot read what Helm printed: ${error}`);
  }
  return document;
}
