import { PlatformError } from '../../core/platform-error';

/** As Helm asks for; the length is that of a label. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/;
/** [SemVer 2](https://semver.org). */
const VERSION =
  /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*)?(?:\+[\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*)?$/;

/** Refuses names and versions that Helm would not install. */
export function checkChartName(name: string, version: string): void {
  if (!NAME.test(name)) {
    throw new PlatformError(
      'HelmChart',
      `"${name}" is no name of a chart`,
      'use at most 53 small letters, digits and "-", as in model-api',
    );
  }
  if (!VERSION.test(version)) {
    throw new PlatformError(
      name,
      `"${version}" is no version of a chart`,
      'use three numbers, as in 1.2.0 or 1.2.0-rc.1',
    );
  }
}
