import { basename } from 'node:path';
import type { Reading, Scanner } from './scanner';

const ALL_GOOD = 10;

/** @see https://github.com/zegl/kube-score/blob/master/README_CHECKS.md */
export const kubeScore: Scanner = {
  name: 'kube-score',
  // It asks whether Services, policies and pods find each other: only among those that are applied together.
  group: object => object.target,
  args: files => [
    'score',
    '--output-format=json',
    '--kubernetes-version=v1.30',
    '--disable-ignore-checks-annotations',
    '--enable-optional-test=container-seccomp-profile',
    ...files,
  ],
  read,
};

function read(output: string): Reading {
  // It says null if it knows none of the kinds.
  const objects = (JSON.parse(output) ?? []) as any[];
  const findings = objects.flatMap(({ file_name, checks }) =>
    (checks as any[])
      .filter(({ skipped, grade }) => !skipped && grade < ALL_GOOD)
      .map(({ check, comments }) => ({
        file: basename(file_name),
        rule: check.id as string,
        text: comments.map(({ path, summary }: any) => (path ? `${path}: ${summary}` : summary)).join('; '),
      })),
  );
  return { seen: objects.length, findings };
}
