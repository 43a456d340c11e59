import type { ModelRegistry } from '../../lib/promotion/model-registry';

/**
 * What a cycle relies on whichever registry it asks. Every implementation of `ModelRegistry` passes this.
 *
 * @param get the registry, with versions 1 and 2 of model `churn`, both with an `MLmodel` that runs no code, made by runs
 * that measured `auc` as 0.9
 */
export function itIsAModelRegistry(get: () => ModelRegistry): void {
  describe('as a model registry', () => {
    it('says where aliases point, of those models that it has', async () => {
      await get().moveAlias('churn', 'contract', 1);
      await get().moveAlias('churn', 'contract', 2);
      const aliases = await get().aliases(['churn', 'nobody-registered-this']);
      expect([...aliases.keys()]).toEqual(['churn']);
      expect(aliases.get('churn')!.get('contract')).toBe(2);
      expect(aliases.get('churn')!.get('never-set')).toBeUndefined();
    });

    it('is asked for no model at all without a mistake', async () => {
      expect((await get().aliases([])).size).toBe(0);
    });

    it('knows a version: its state, its place, its run and its file', async () => {
      const facts = await get().version('churn', 1, true);
      expect(facts).toMatchObject({ version: 1, status: 'READY', uri: expect.stringMatching(/^mlflow-artifacts:\/./) });
      expect(facts!.run).toMatchObject({ id: expect.stringMatching(/^[\w-]+$/), experiment: '1' });
      expect(facts!.run!.metrics.get('auc')).toBe(0.9);
      expect(facts!.file).toMatchObject({ digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), pickles: [] });
    });

    it('has no version that nobody registered', async () => {
      expect(await get().version('churn', 999, false)).toBeUndefined();
      expect(await get().version('nobody-registered-this', 1, false)).toBeUndefined();
    });

    it('keeps the tag that a version was given last', async () => {
      await get().tag('churn', 1, 'mlops.deployed.production', 'a');
      await get().tag('churn', 1, 'mlops.deployed.production', 'b');
      expect((await get().version('churn', 1, false))!.tags.get('mlops.deployed.production')).toBe('b');
    });
  });
}
