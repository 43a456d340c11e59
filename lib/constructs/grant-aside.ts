import { App, Chart } from 'cdk8s';
import { Workload } from './workload';

/**
 * Gives a workload credentials beside those of the same kind that it has already: variables get the prefix, files
 * another folder. The program takes the prefix off where it uses them.
 *
 * @param name what the second set is for, such as `backup`: then the prefix is `BACKUP_`
 * @param grant gives the credentials to the workload that it is called with
 */
export function grantAside(workload: Workload, name: string, grant: (aside: Workload) => void): void {
  const aside = twin(workload);
  // Every workload has a home and a name for it: those are not granted.
  const none = partsOf(twin(workload));
  grant(aside);
  const { env, mounts, volumes } = partsOf(aside);
  const own = mounts.filter(mount => !none.mounts.some(({ name }) => name === mount.name));
  const moved = (text: string): string =>
    own.some(({ mountPath }) => text === mountPath || text.startsWith(`${mountPath}/`)) ? `/${name}${text}` : text;

  for (const variable of env.filter(one => !none.env.some(known => known.name === one.name))) {
    workload.addEnvironment({
      ...variable,
      name: `${name.toUpperCase()}_${variable.name}`,
      value: variable.value === undefined ? undefined : moved(variable.value),
    });
  }
  for (const { name: volumeName, mountPath, ...mount } of own) {
    const volume = volumes.find(one => one.name === volumeName)!;
    workload.addVolume({ ...volume, name: `${name}-${volumeName}` }, { ...mount, mountPath: moved(mountPath) });
  }
}

/** A workload of the same name in a tree of its own, which is never written: it only collects. */
function twin({ name, namespace }: Workload): Workload {
  return new Workload(new Chart(new App(), namespace, { namespace }), name, { name, program: name });
}

function partsOf(workload: Workload) {
  const { env = [], volumeMounts: mounts = [] } = workload.container({ name: 'main', image: 'none' });
  const { volumes = [] } = workload.podTemplate({ containers: [] }).spec!;
  return { env, mounts, volumes };
}
