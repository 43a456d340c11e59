import { HELMS } from '../../test/judges/helm/binaries';
import { ChartFolder } from '../../test/judges/helm/chart-folder';
import { disagreements, renderings } from '../../test/judges/helm/parity';
import { describeJudged } from '../../test/judges/judge';
import charts from './helm';

describe('the example of a Helm chart', () => {
  const [web] = charts as [(typeof charts)[0]];
  const folder = new ChartFolder();
  afterAll(() => folder.remove());

  it('has templates that look as if somebody had written them', () => {
    const templates = [...web.files()].filter(([path]) => path.startsWith('templates/')).map(([, text]) => text);
    expect(templates.join('\n')).toContain('  replicas: {{ .Values.replicas }}\n');
    expect(templates.join('\n')).toContain('.Values.tag | default .Chart.AppVersion');
    expect(templates.join('\n')).toContain('{{- if .Values.host }}\napiVersion: networking.k8s.io/v1\nkind: Ingress\n');
  });

  it('says in values.yaml what the values are', () => {
    expect(web.files().get('values.yaml')).toContain('# -- Number of pods.\n# From 0 to 20.\nreplicas: 2\n');
  });

  HELMS.forEach((helm, turn) => {
    describeJudged(helm.name, helm.missing, () => {
      it('prints what the construct builds', async () => {
        const path = folder.write(web);
        expect(await disagreements(helm, web, path, renderings(web, 10, turn))).toEqual([]);
      }, 60_000);
    });
  });
});
