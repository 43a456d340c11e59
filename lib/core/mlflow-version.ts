import { parseImage } from './container-image';

/** Oldest MLflow that may be deployed, and what is wrong with older ones. */
export const MLFLOW_FLOOR = {
  version: '3.17.0',
  advisory:
    'CVE-2026-115886 (requests forged through scorer endpoints) is fixed in 3.17.0, CVE-2026-2635 (a default admin password) in 3.16.1',
};

/** A release; a candidate such as `3.17.0rc1` is older than the release it is named after. */
const VERSION = /^v?(\d+)\.(\d+)\.(\d+)(?![\d.]|-?(?:rc|a|b|dev|alpha|beta))/;

/** The MLflow version that an image's tag names, such as 3.17.2 for `ghcr.io/mlflow/mlflow:v3.17.2-full`. */
export function mlflowVersionOf(image: string): string | undefined {
  return VERSION.exec(parseImage(image)?.tag ?? '')
    ?.slice(1, 4)
    .join('.');
}

/** Whether the version is one that may be deployed; undefined if the text is no version. */
export function isSupportedMlflow(version: string): boolean | undefined {
  const parts = VERSION.exec(version)?.slice(1, 4).map(Number);
  const floor = MLFLOW_FLOOR.version.split('.').map(Number);
  const different = parts?.findIndex((part, index) => part !== floor[index]);
  return parts && (different === -1 || parts[different!]! > floor[different!]!);
}
