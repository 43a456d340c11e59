import { MlflowRegistry } from '../../lib/promotion/ports/mlflow-registry';
import { itIsAModelRegistry } from '../contracts/model-registry';
import { MemoryMlflow } from './memory-mlflow';

describe('the MLflow of tests', () => {
  const mlflow = new MemoryMlflow();
  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 2);
  });
  afterAll(() => mlflow.stop());

  itIsAModelRegistry(() => new MlflowRegistry({ url: mlflow.url }));
});
