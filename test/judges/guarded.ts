import { Guard, Platform, type EnvironmentProps } from '../../lib';
import type { Manifest } from './manifests';

/** The objects of each unit of the reference platform as it would be with all guards in both environments. */
export function guardedReference(): Record<string, Manifest[]> {
  const environments = Platform.prototype.environments;
  const guarded = ([name, props]: [string, EnvironmentProps]) => [name, { ...props, guards: Guard.all() }];
  const spy = jest.spyOn(Platform.prototype, 'environments').mockImplementation(function (this: Platform, all) {
    return environments.call(this, Object.fromEntries(Object.entries(all).map(guarded)));
  });
  try {
    const { default: platform } = jest.requireActual<{ default: Platform }>('../../main');
    const units = platform.units.map(({ name }) => name);
    return Object.fromEntries(units.map(name => [name, platform.build(name).charts.flatMap(chart => chart.toJson())]));
  } finally {
    spy.mockRestore();
  }
}

/** The same objects as Argo CD applies them: with what it writes on all that it tracks. */
export function trackedBy(application: string, objects: readonly Manifest[]): Manifest[] {
  return objects.map(object => {
    const { apiVersion, kind, metadata } = object;
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    const id = `${application}:${group}/${kind}:${metadata.namespace ?? ''}/${metadata.name}`;
    const { annotations = {} } = metadata as { annotations?: Record<string, string> };
    return {
      ...object,
      metadata: { ...metadata, annotations: { ...annotations, 'argocd.argoproj.io/tracking-id': id } },
    };
  });
}
