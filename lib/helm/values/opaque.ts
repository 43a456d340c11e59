import { z } from 'zod';

/** A map that Kubernetes understands and the chart hands on as it is, such as `resources`; empty unless given. */
export function opaqueMap(description: string) {
  return z.record(z.string(), z.unknown()).default({}).meta({ opaque: true, description });
}

/** A list that Kubernetes understands and the chart hands on as it is, such as `tolerations`; empty unless given. */
export function opaqueList(description: string) {
  return z.array(z.unknown()).default([]).meta({ opaque: true, description });
}
