import { systemCode } from '@k4e/core';
import type { FastifyRequest } from 'fastify';
import { allowedMethod } from './edge-endpoints.ts';
import { JSON_MEDIA_TYPE, refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** A request for no endpoint: 405 with `Allow` on a path of ours, else 404 (wire: both with a JSON body). */
export function refusalOfNoEndpoint({ url, method }: Pick<FastifyRequest, 'url' | 'method'>): Refusal {
  const [path = ''] = url.split('?', 1);
  const allowed = allowedMethod(path);
  if (allowed === undefined) return refusal(404, `path ${path} was not found`);
  return refusal(405, `method ${method} is not allowed here, but ${allowed} is`, { headers: { allow: allowed } });
}

/** What the framework itself fails with: 415 for a content type that is not JSON (wire); anything else is a defect. */
export function refusalOfFramework(error: unknown, { headers }: Pick<FastifyRequest, 'headers'>): Refusal {
  if (systemCode(error) !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return { status: 500 };
  const type = JSON.stringify(headers['content-type'] ?? '');
  return refusal(415, `content type ${type} is not supported, only ${JSON_MEDIA_TYPE} is`);
}
