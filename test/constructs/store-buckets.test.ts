import { App } from 'cdk8s';
import { Minio, SeaweedFs, SecretTemplate, Workload, type ObjectStore } from '../../lib';
import { chartIn, expectRefusal, find } from '../support';

const image = 'registry.example.com/store:1.0.0';
type Chart = ReturnType<typeof chartIn>;

describe.each<[string, (chart: Chart, size?: string) => ObjectStore]>([
  ['Minio', (chart, size = '1Gi') => new Minio(chart, 'store', { size, image, clientImage: image })],
  ['SeaweedFs', (chart, size = '1Gi') => new SeaweedFs(chart, 'store', { size, image })],
])('the buckets of %s', (_, make) => {
  it('are for workloads of their namespace, where the credentials are', () => {
    const app = new App();
    const store = make(chartIn('fraud', app));
    const trainer = new Workload(chartIn('search', app), 'trainer', { program: 'trainer' });
    expectRefusal(
      () => store.bucket('models').grantRead(trainer),
      '[search/trainer] the credentials of fraud/store are in namespace "fraud", where pods of "search" cannot mount ' +
        'them; put the workload into the namespace of its store, or call the store by an ExternalObjectStore with ' +
        'credentials of its own',
    );
  });

  it('have users whose keys a person chooses, and says who uses them', () => {
    const chart = chartIn('fraud');
    const credentials = new SecretTemplate(chart, 'keys');
    const trainer = new Workload(chart, 'trainer', { program: 'trainer' });
    make(chart).bucket('models', { credentials }).grantReadWrite(trainer, { prefix: 'backup' });
    expect(credentials.text).toContain('keys that you choose');
    expect(credentials.text).not.toContain('gave out');
    const paths = chart.node.findAll().map(({ node }) => node.path);
    expect(credentials.consumers.filter(path => !paths.includes(path))).toEqual([]);
  });

  test.each(['0', '200', '1Ki'])('cannot have a volume of %s', size => {
    expectRefusal(
      () => make(chartIn('fraud'), size),
      `[fraud/store] size must be at least 1Mi, got "${size}"; write it with its unit: "10Gi"`,
    );
  });
});

describe('the server of SeaweedFs', () => {
  it('starts though the Secret of a user is not there yet, and not without that of the administrator', () => {
    const chart = chartIn('fraud');
    const trainer = new Workload(chart, 'trainer', { program: 'trainer' });
    new SeaweedFs(chart, 'store', { size: '1Gi', image }).bucket('models').grantRead(trainer);
    const { volumes } = find(chart, 'StatefulSet/store').spec.template.spec;
    const optional = volumes.flatMap(({ secret }: any) => (secret ? [[secret.secretName, secret.optional]] : []));
    expect(optional).toEqual([
      ['store-root', undefined],
      ['store-models-read', true],
    ]);
  });
});
