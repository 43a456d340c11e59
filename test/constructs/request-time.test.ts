import {
  KserveModel,
  KserveRuntime,
  ModelApi,
  ModelRuntime,
  type KserveModelProps,
  type ModelApiProps,
} from '../../lib';
import { chartIn, expectRefusal, find } from '../support';

const image = 'serving:3.17.2';
const apiOf = (props: Partial<ModelApiProps>) =>
  new ModelApi(chartIn('fraud'), 'churn', {
    model: { name: 'churn', version: 7 },
    runtime: ModelRuntime.container({ image }),
    ...props,
  });
const graceOf = (props: Partial<ModelApiProps>): number =>
  apiOf(props).deployment.toJson().spec.template.spec.terminationGracePeriodSeconds;

describe('the time that a stopping pod has', () => {
  it('grows with the time that a request may take', () => {
    const usual = graceOf({});
    expect(graceOf({ limits: { timeoutSeconds: 300 } })).toBe(usual + 240);
    expect(graceOf({ limits: { timeoutSeconds: 5 } })).toBe(usual);
    expect(graceOf({ limits: { timeoutSeconds: 300 }, drainSeconds: 360 })).toBe(usual + 300);
  });

  it('is no shorter than a request may take', () => {
    expectRefusal(
      () => apiOf({ drainSeconds: 59 }),
      '[fraud/churn] drainSeconds (59) is below limits.timeoutSeconds (60): each rollout would cut off requests; leave drainSeconds out, raise it to 60, or lower limits.timeoutSeconds',
    );
  });
});

describe('the time that a stopping pod of KServe has', () => {
  const graceBehind = (runtime: KserveModelProps['runtime'], drainSeconds?: number): number => {
    const chart = chartIn('fraud');
    const source = { connect: () => 's3://models/churn/7' };
    new KserveModel(chart, 'churn', { model: { name: 'churn', version: 7 }, runtime, source, drainSeconds });
    return find(chart, 'InferenceService/churn').spec.predictor.terminationGracePeriodSeconds;
  };

  it('grows with the time that the runtime lets a request take', () => {
    const usual = graceOf({});
    expect(graceBehind(ModelRuntime.mlflow({ image }))).toBe(usual);
    expect(graceBehind(ModelRuntime.mlflow({ image, timeoutSeconds: 300 }))).toBe(usual + 240);
    expect(graceBehind(ModelRuntime.mlflow({ image, timeoutSeconds: 5 }))).toBe(usual);
    expect(graceBehind(ModelRuntime.mlflow({ image, timeoutSeconds: 5 }), 5)).toBe(usual - 55);
    expect(graceBehind(KserveRuntime.named())).toBe(usual);
  });

  it('is no shorter than the runtime lets a request take', () => {
    expectRefusal(
      () => graceBehind(ModelRuntime.mlflow({ image, timeoutSeconds: 300 }), 60),
      '[fraud/churn] drainSeconds (60) is below timeoutSeconds of the runtime (300): each rollout would cut off requests; leave drainSeconds out, raise it to 300, or lower timeoutSeconds of the runtime',
    );
  });
});

describe('the time after which a runtime gives up', () => {
  it('is no shorter than a request may take', () => {
    const runtime = (timeoutSeconds?: number) => ModelRuntime.mlflow({ image, timeoutSeconds });
    const limits = { timeoutSeconds: 120 };
    expect(() => apiOf({ runtime: runtime(120), limits })).not.toThrow();
    expectRefusal(
      () => apiOf({ runtime: runtime(), limits }),
      '[fraud/churn] the runtime gives up after 60 seconds, before limits.timeoutSeconds (120); set timeoutSeconds: 120 of the runtime, or lower limits.timeoutSeconds',
    );
  });
});
