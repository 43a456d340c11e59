import { itIsAModelRegistry } from '../contracts/model-registry';
import { MemoryRegistry } from './memory-registry';

describe('the registry of tests', () => {
  const registry = new MemoryRegistry().register('churn', 1).register('churn', 2);
  itIsAModelRegistry(() => registry);
});
