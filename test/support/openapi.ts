import type { TestApp } from './app.js';

/** The part of OpenAPI 3.0's schema object that our documents use. */
export interface Schema {
  $ref?: string;
  type?: string;
  nullable?: boolean;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean | number;
  exclusiveMaximum?: boolean | number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  not?: Schema;
  default?: unknown;
}

export interface Media {
  schema?: Schema;
}

export interface DocumentedOperation {
  operationId?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: { required?: boolean; content?: Record<string, Media> };
  responses?: Record<string, { description?: string; content?: Record<string, Media> }>;
}

export interface OpenApi {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, DocumentedOperation>>;
  components?: { schemas?: Record<string, Schema>; securitySchemes?: Record<string, { type: string }> };
}

export interface Operation {
  /** `PATCH /api/v1/cases/{id}` */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Names of the path's parameters. */
  params: string[];
  spec: DocumentedOperation;
}

export async function openApiOf(t: TestApp): Promise<OpenApi> {
  return (await t.http.get('/api/openapi.json').expect(200)).body;
}

export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, spec]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase() as Operation['method'],
      path,
      params: [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
      spec,
    })),
  );
}

export function jsonBody(operation: Operation): Schema | undefined {
  return operation.spec.requestBody?.content?.['application/json']?.schema;
}

/** Where an answer stands in the document: longest fixed text first, so that `/customers/import` is not `/customers/{id}`. */
export function findOperation(operations: Operation[], method: string, path: string): Operation | undefined {
  const plain = path.split('?')[0] ?? '';
  return operations
    .filter((operation) => operation.method === method && matches(operation.path, plain))
    .toSorted((a, b) => a.params.length - b.params.length)[0];
}

function matches(template: string, path: string): boolean {
  const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const FORMATS: Record<string, (text: string) => boolean> = {
  uuid: (text) => UUID.test(text),
  'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text),
  uri: (text) => URL.canParse(text),
  email: (text) => /^[^@\s]+@[^@\s]+$/.test(text),
  binary: () => true,
};

/**
 * What is wrong with `value` by `schema`: one line per fault, `path: what`; empty when it fits. Fields that the schema does not name count as
 * faults, since an answer that says more than its document may say too much.
 */
export function faults(document: OpenApi, schema: Schema, value: unknown, path = '$'): string[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/components/schemas/', '');
    const target = document.components?.schemas?.[name];
    return target ? faults(document, target, value, path) : [`${path}: ${schema.$ref} is nowhere`];
  }
  if (value === null && schema.nullable) return [];
  if (schema.allOf) return schema.allOf.flatMap((part) => faults(document, part, value, path));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const tried = choices.map((choice) => faults(document, choice, value, path));
    const best = tried.toSorted((a, b) => a.length - b.length)[0] ?? [];
    return best;
  }
  if (schema.enum && !schema.enum.includes(value))
    return [`${path}: ${JSON.stringify(value)} is none of ${schema.enum.join(', ')}`];
  if (schema.const !== undefined && schema.const !== value) return [`${path}: not ${JSON.stringify(schema.const)}`];
  switch (schema.type) {
    case undefined:
      return [];
    case 'null':
      return value === null ? [] : [`${path}: not null`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrongType(path, 'boolean', value);
    case 'string':
      return text(schema, value, path);
    case 'integer':
    case 'number':
      return number(schema, value, path);
    case 'array':
      if (!Array.isArray(value)) return wrongType(path, 'array', value);
      if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity))
        return [`${path}: ${value.length} items`];
      return value.flatMap((item, n) => (schema.items ? faults(document, schema.items, item, `${path}[${n}]`) : []));
    case 'object':
      return object(document, schema, value, path);
    default:
      return [`${path}: unknown type ${schema.type}`];
  }
}

function wrongType(path: string, wanted: string, value: unknown): string[] {
  return [`${path}: ${wanted} wanted, got ${JSON.stringify(value)?.slice(0, 60)}`];
}

function text(schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== 'string') return wrongType(path, 'string', value);
  const wrong: string[] = [];
  if (schema.format !== undefined && FORMATS[schema.format]?.(value) === false)
    wrong.push(`${path}: ${JSON.stringify(value)} is no ${schema.format}`);
  if (value.length < (schema.minLength ?? 0) || value.length > (schema.maxLength ?? Infinity))
    wrong.push(`${path}: ${value.length} characters`);
  if (schema.pattern !== undefined && schema.format === undefined && !new RegExp(schema.pattern, 'u').test(value))
    wrong.push(`${path}: ${JSON.stringify(value)} does not match ${schema.pattern}`);
  return wrong;
}

function number(schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== 'number' || (schema.type === 'integer' && !Number.isInteger(value)))
    return wrongType(path, schema.type ?? 'number', value);
  return value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)
    ? [`${path}: ${value} is out of range`]
    : [];
}

function object(document: OpenApi, schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrongType(path, 'object', value);
  const properties = schema.properties ?? {};
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`);
  const rest = Object.entries(value).flatMap(([name, inner]) => {
    const own = properties[name];
    if (own) return faults(document, own, inner, `${path}.${name}`);
    if (typeof schema.additionalProperties === 'object')
      return faults(document, schema.additionalProperties, inner, `${path}.${name}`);
    if (schema.additionalProperties === true || Object.keys(properties).length === 0) return [];
    return [`${path}.${name}: not documented`];
  });
  return [...missing, ...rest];
}

/** The smallest value that fits `schema`; `uuid` stands wherever an id is wanted. Patterns cannot be guessed: they get a plain word. */
export function sample(schema: Schema, uuid: string): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  const [choice] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (choice) return sample(choice, uuid);
  switch (schema.type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return schema.minimum !== undefined && schema.minimum > -1e6 ? Math.max(schema.minimum, 0) : 0;
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}, uuid));
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, sample(schema.properties?.[name] ?? {}, uuid)]),
      );
    case 'string':
      if (schema.format === 'uuid') return uuid;
      if (schema.format === 'date-time') return '2026-01-05T09:00:00Z';
      if (schema.format === 'date') return '2026-01-05';
      return 'word'.padEnd(schema.minLength ?? 0, 'x');
    default:
      return null;
  }
}

/** Paths of the ids in a body, such as `teamIds[]` or `assign.userId`. */
export function idFields(schema: Schema, path = ''): string[] {
  if (schema.format === 'uuid') return [path];
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    idFields(field, path === '' ? name : `${path}.${name}`),
  );
  return [
    ...new Set([
      ...parts.flatMap((part) => idFields(part, path)),
      ...(schema.items ? idFields(schema.items, `${path}[]`) : []),
      ...inner,
    ]),
  ];
}
