import { z } from 'zod';
import { Exposure } from '../constructs/exposure';
import { Peer } from '../constructs/network-peer';
import { SecretSource } from '../constructs/secret-source';
import { opaqueMap } from '../helm/values/opaque';
import { DNS_LABEL, DNS_NAME } from './patterns';

const HOST = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z][-a-z0-9]{0,61}[a-z0-9])+$/;

/** Values for the way from outside of the cluster. */
export const exposureValues = (host: string) =>
  z
    .strictObject({
      kind: z
        .enum(['internal', 'gateway', 'ingress', 'istio'])
        .default('internal')
        .describe('How requests come from outside: not at all, by an HTTPRoute, an Ingress or a VirtualService'),
      host: z.string().regex(HOST).default(host).describe('Host name of the route'),
      gateway: z
        .strictObject({
          name: z.string().regex(DNS_LABEL).default('public').describe('Name of the Gateway'),
          namespace: z.string().regex(DNS_LABEL).default('gateway').describe('Namespace of the Gateway'),
          sectionName: z
            .string()
            .regex(/^https([-a-z0-9]{0,50}[a-z0-9])?$/)
            .meta({ sentinels: ['https-public', 'https-inside'] })
            .default('https')
            .describe('Listener with TLS'),
        })
        .prefault({})
        .describe('Gateway that an HTTPRoute attaches to'),
      ingress: z
        .strictObject({
          className: z.string().regex(DNS_NAME).default('traefik').describe('Class of the Ingress'),
          certificate: z.string().regex(DNS_NAME).default('public-tls').describe('Secret with the certificate'),
        })
        .prefault({})
        .describe('Ingress with TLS'),
      istio: z
        .strictObject({
          gateway: z.string().regex(DNS_LABEL).default('public').describe('Name of the Gateway of Istio'),
          namespace: z.string().regex(DNS_LABEL).default('gateway').describe('Namespace of that Gateway'),
          principal: z
            .string()
            .regex(/^[a-z0-9]([-a-z0-9.]{0,100}[a-z0-9])?\/ns\/[a-z0-9-]{1,63}\/sa\/[a-z0-9-]{1,63}$/)
            .default('cluster.local/ns/gateway/sa/public-istio')
            .describe("Identity of the gateway's pods, whose requests alone are taken"),
        })
        .prefault({})
        .describe('Gateway of Istio that a VirtualService attaches to'),
      peer: z
        .strictObject({
          namespace: z.string().regex(DNS_LABEL).default('gateway').describe('Namespace of the pods'),
          labels: opaqueMap('Labels that the pods all have'),
        })
        .prefault({})
        .describe('Pods of the gateway or ingress controller, to which the network is opened'),
    })
    .prefault({})
    .describe('The way from outside of the cluster');
export type ExposureValues = z.output<ReturnType<typeof exposureValues>>;

export function exposureOf({ kind, host, gateway, ingress, istio, peer: pods }: ExposureValues): Exposure {
  const { namespace } = pods;
  const labels = Object.keys(pods.labels).length > 0 ? (pods.labels as Record<string, string>) : undefined;
  const peer = Peer.pods({ namespace, labels });
  switch (kind) {
    case 'gateway':
      return Exposure.gateway({ gateway, host, peer });
    case 'ingress': {
      const { className, certificate } = ingress;
      return Exposure.ingress({ className, certificate: SecretSource.existing(certificate), host, peer });
    }
    case 'istio': {
      const { gateway: name, namespace: of, principal } = istio;
      return Exposure.istio({ gateway: { name, namespace: of }, principals: [principal], host, peer });
    }
    case 'internal':
      return Exposure.internal();
  }
}
