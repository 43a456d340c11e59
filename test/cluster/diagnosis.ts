import type { Kubectl } from './kubectl';

/** Prints what a reader needs to see why a namespace's pods are not what they should be, before they are removed. */
export async function diagnose(kubectl: Kubectl, namespace: string): Promise<void> {
  const inNamespace = `--namespace=${namespace}`;
  const show = async (...args: readonly string[]) => {
    const { stdout, stderr } = await kubectl.attempt(args, { seconds: 20 });
    console.log(`--- kubectl ${args.join(' ')}\n${stdout}${stderr}`);
  };
  await show('get', 'pods', inNamespace, '--output=wide');
  await show('get', 'events', inNamespace, '--field-selector=type=Warning');
  const { stdout } = await kubectl.attempt(['get', 'pods', inNamespace, '--output=name']);
  for (const pod of stdout.split('\n').filter(line => line !== '')) {
    await show('logs', inNamespace, pod, '--all-containers', '--tail=25');
  }
}
