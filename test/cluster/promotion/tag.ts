import type { Mlflow } from '../../judges/promotion/mlflow';
import { match } from '../checks';

const TAG = 'mlops.deployed.production';

/** The tag that says that a version runs in production since a commit; returns it. */
export async function tagSince(mlflow: Mlflow, version: number, commit: string): Promise<string> {
  const tag = (await mlflow.tags('churn', version))[TAG] ?? '';
  match('tag', tag, new RegExp(`^${commit} \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`));
  return tag;
}
