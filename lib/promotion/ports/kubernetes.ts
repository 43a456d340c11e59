import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { plainText } from '../plain-text';
import { ServiceError, type ServiceFault } from '../service-error';

/** Reads an object of the Kubernetes API; undefined if there is none. */
export type KubernetesReader = (path: string) => Promise<unknown>;

const IN_POD = '/var/run/secrets/kubernetes.io/serviceaccount';
const SECONDS = 10;
const MOST_BYTES = 4 * 1024 * 1024;

/** Reads with the identity of the pod, or else with that of `kubectl`. */
export function kubernetesReader(folder = IN_POD): KubernetesReader {
  const host = process.env['KUBERNETES_SERVICE_HOST'];
  const port = process.env['KUBERNETES_SERVICE_PORT'] ?? '443';
  return host !== undefined && existsSync(join(folder, 'token')) ? path => asPod(host, port, folder, path) : byKubectl;
}

function asPod(host: string, port: string, folder: string, path: string): Promise<unknown> {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
  return new Promise((resolve, reject) => {
    const fail = (fault: 'unreachable' | 'denied' | 'malformed', why: string) =>
      reject(failed(fault, `the Kubernetes API: ${plainText(why)}`));
    const headers = { authorization: `Bearer ${read('token')}`, accept: 'application/json' };
    const options = { host, port, path, headers, ca: read('ca.crt'), timeout: SECONDS * 1000 };
    const sent = request(options, response => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on('data', (part: Buffer) => {
        length += part.length;
        parts.push(part);
        if (length > MOST_BYTES) {
          response.destroy(new Error('the answer is too long'));
        }
      });
      response.on('error', error => fail('unreachable', error.message));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        if (response.statusCode === 200) {
          resolve(Promise.resolve(text).then(parsed('the Kubernetes API', path)));
        } else if (response.statusCode === 404) {
          resolve(undefined);
        } else {
          fail(
            response.statusCode === 401 || response.statusCode === 403 ? 'denied' : 'malformed',
            `it answers ${response.statusCode} to GET ${path}${response.statusCode === 403 ? '; let the controller read that object' : ''}`,
          );
        }
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${SECONDS} s`)));
    sent.on('error', error => fail('unreachable', error.message));
    sent.end();
  });
}

function byKubectl(path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { timeout: SECONDS * 1000, maxBuffer: MOST_BYTES };
    execFile('kubectl', ['get', '--raw', path], options, (error, stdout, stderr) => {
      if (error === null) {
        resolve(Promise.resolve(stdout).then(parsed('kubectl', path)));
      } else if (stderr.includes('(NotFound)')) {
        resolve(undefined);
      } else {
        const fault = /Forbidden|forbidden|Unauthorized/.test(stderr) ? 'denied' : 'unreachable';
        reject(failed(fault, `kubectl: ${plainText(stderr.trim() || error.message)}`));
      }
    });
  });
}

const failed = (fault: ServiceFault, message: string): ServiceError =>
  new ServiceError(fault, message, undefined, 'cluster');

/** Reads an answer in a step of the promise: what a callback throws would end the program. */
const parsed =
  (who: string, path: string) =>
  (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      // A proxy or a page of login may answer in its place.
      throw failed('malformed', `${who}: what it answers to GET ${path} is no JSON; is it the API server?`);
    }
  };
