import { z } from 'zod';
import { translate } from '../../../lib/helm/translate';
import { printedBy, sourceOf, thing, type Build, type Shape } from '../charts';
import { flag, label, name, names, object } from '../nasty/values';

const HARDENED = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsGroup: 1,
  runAsNonRoot: true,
  runAsUser: 1,
};

function printed(shape: Shape, spec: (values: any) => unknown): Record<string, string> {
  const build: Build = (chart, values, release) => thing(chart, release, spec(values));
  const source = sourceOf(shape, build, 200);
  return printedBy(source, translate(source).tree);
}
const definedIn = (files: Record<string, string>): readonly string[] =>
  [...files['_helpers.tpl']!.matchAll(/define "demo\.([^"]+)"/g)].map(([, found]) => found!);

const image = object({ registry: name(), repository: name('nginx'), digest: name() });
const imageOf = ({ registry, repository, digest }: any): string =>
  `${registry ? `${registry}/` : ''}${repository}${digest ? `@${digest}` : ''}`;

describe('What stands in several places', () => {
  it('is printed by a helper that is called after its key', () => {
    const files = printed({ one: name() }, ({ one }) => ({
      one,
      containers: ['a', 'b', 'c'].map(each => ({ name: each, securityContext: HARDENED })),
    }));
    expect(files['_helpers.tpl']).toContain(`{{- define "demo.securityContext" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsGroup: 1
runAsNonRoot: true
runAsUser: 1
{{- end }}
`);
    expect(
      files['thing.yaml']!.match(
        /\n {6}securityContext:\n {8}\{\{- include "demo\.securityContext" \. \| nindent 8 \}\}/g,
      ),
    ).toHaveLength(3);
  });

  it('is a text if only one line differs', () => {
    const files = printed({ proxy: object({ image }) }, ({ proxy }) => ({
      containers: ['a', 'b'].map(each => ({ name: each, image: imageOf(proxy.image) })),
    }));
    expect(files['_helpers.tpl']).toContain(`{{- define "demo.proxy.image" -}}
{{ with .Values.proxy.image.registry }}{{ . }}/{{ end }}{{ .Values.proxy.image.repository }}`);
    expect(files['thing.yaml']).toContain('      image: {{ include "demo.proxy.image" . | quote }}\n');
  });

  it('is one of several texts, in an action each', () => {
    const kind = z.enum(['own', 'minio', 'other']).default('own').describe('a kind');
    const files = printed({ store: object({ kind, host: name('x') }) }, ({ store: { kind, host } }) => {
      const url = kind === 'own' ? 'http://own' : `http${kind === 'minio' ? '' : 's'}://${host}`;
      return { env: ['A_URL', 'B_URL', 'C_URL'].map(each => ({ name: each, value: url })) };
    });
    expect(files['_helpers.tpl']).toContain(`{{- define "demo.store.aUrl" -}}
{{- if eq .Values.store.kind "other" }}
{{- printf "https://%s" .Values.store.host }}
{{- else if eq .Values.store.kind "own" }}
{{- "http://own" }}
{{- else }}
{{- printf "http://%s" .Values.store.host }}
{{- end }}
{{- end }}
`);
    expect(files['thing.yaml']).toContain('      value: {{ include "demo.store.aUrl" . | quote }}\n');
  });

  it('is a number where the construct has one', () => {
    const port = z.int().min(1).max(9).default(2).describe('a port');
    const files = printed({ own: flag(), server: object({ port }) }, ({ own, server }) => {
      const chosen = own ? server.port : 8080;
      return { a: { port: chosen }, b: { port: chosen }, c: { port: chosen } };
    });
    expect(files['_helpers.tpl']).toContain(
      '{{- if .Values.own }}\n{{- .Values.server.port }}\n{{- else }}\n{{- 8080 }}\n',
    );
    expect(files['thing.yaml']).toMatch(/\n {4}port: \{\{ include "demo\.\S+" \. \}\}\n/);
  });

  it('is called after what it belongs to where other things stand under its key', () => {
    const files = printed({ own: flag(), two: name(), three: name(), four: name() }, ({ own, two, three, four }) => ({
      containers: [
        ...['a', 'b', 'c'].map(each => ({ name: `proxy-${each}`, securityContext: HARDENED })),
        ...[two, three, four].map((user, index) => ({ name: `x${index}`, securityContext: { user, own } })),
        { name: 'y', securityContext: { own } },
      ],
    }));
    expect(definedIn(files)).toEqual(['fullname', 'proxyA.securityContext']);
  });

  it('is called after what it belongs to where a value has the name of its key', () => {
    const files = printed({ securityContext: flag() }, ({ securityContext }) => ({
      on: securityContext,
      containers: ['a', 'b', 'c'].map(each => ({ name: each, securityContext: HARDENED })),
    }));
    expect(definedIn(files)).toEqual(['fullname', 'a.securityContext']);
  });

  it('is printed where it stands if it is short, or about an item of a loop', () => {
    const short = printed({ one: name() }, ({ one }) => ({
      ports: ['a', 'b', 'c'].map(each => ({ name: `${each}${one}`, probe: { path: '/', port: 1 } })),
    }));
    expect(definedIn(short)).toEqual(['fullname']);
    const servers = z
      .array(z.strictObject({ host: label().describe('a host') }))
      .default([])
      .describe('servers');
    const looped = printed({ servers }, values => {
      const rules = values.servers.map(({ host }: any) => {
        const rule = { host, a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 };
        return { one: { rule }, two: { rule }, three: { rule } };
      });
      return { rules };
    });
    expect(definedIn(looped)).toEqual(['fullname']);
  });

  it('is included with the root where the dot is something else', () => {
    const files = printed({ hosts: names() }, ({ hosts }) => ({
      rules: hosts.map((host: string) => ({ host, first: HARDENED, second: HARDENED, third: HARDENED })),
    }));
    expect(files['thing.yaml']).toContain('{{- include "demo.first" $ | nindent 8 }}');
  });

  it('has a name of its own beside the texts that helpers print', () => {
    const files = printed({ proxy: object({ image }), other: object({ image }) }, ({ proxy, other }) => ({
      a: { image: imageOf(proxy.image) },
      b: { image: imageOf(proxy.image) },
      c: { image: imageOf(other.image) },
      d: { image: imageOf(other.image) },
    }));
    expect(definedIn(files)).toEqual(['fullname', 'other.image', 'proxy.image']);
  });
});
