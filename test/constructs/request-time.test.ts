import { ModelApi, ModelRuntime, type ModelApiProps } from '../../lib';
import { chartIn, expectRefusal } from '../support';

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
