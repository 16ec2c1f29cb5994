import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createLogExporter, exportLogsSchema, fromAnyValue, fromKeyValues, openLogExports, RefusedLogs, type ExportLogs } from '.';

const resource = { 'service.name': 'test', 'service.version': '1' };

interface Taken {
  message: unknown;
  severity: number;
  attributes: Record<string, unknown>;
  traceId?: string | undefined;
}

/** What a receiver takes out of a request, read as the receiver reads it. */
function recordsOf(request: ExportLogs): Taken[] {
  const { resourceLogs } = exportLogsSchema.parse(JSON.parse(JSON.stringify(request)));
  return resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ body, severityNumber, attributes, traceId }) => ({ message: body && fromAnyValue(body), severity: severityNumber, attributes: fromKeyValues(attributes), traceId }))));
}

const line = (msg: string): string => JSON.stringify({ level: 30, time: '2026-01-01T00:00:00.000Z', msg });

test('what a logger writes arrives as records of OpenTelemetry', async () => {
  const taken: Taken[] = [];
  const exporter = createLogExporter({ resource, send: async (request) => void taken.push(...recordsOf(request)) });
  const logger = createLogger({ name: 'test', level: 'info', bindings: { worker: 2 }, sinks: [exporter] });
  logger.warn({ err: new TypeError('no', { cause: new RangeError('because') }), list: [1, 'a', true], half: 0.5, nested: { projectId: 'p' } }, 'something failed');
  logger.debug('too low a level');
  await exporter.close();
  expect(taken).toMatchObject([
    { message: 'something failed', severity: 13, attributes: { worker: 2, list: [1, 'a', true], half: 0.5, nested: { projectId: 'p' }, 'exception.type': 'TypeError', 'exception.message': 'no', 'exception.stacktrace': expect.stringMatching(/^TypeError: no\n[^]*Caused by: RangeError: because\n/) } },
  ]);
});

test('an error that another process has masked is no exception of this one', async () => {
  const taken: Taken[] = [];
  const exporter = createLogExporter({ resource, send: async (request) => void taken.push(...recordsOf(request)) });
  createLogger({ name: 'test', level: 'info', sinks: [exporter] }).error({ err: { message: 'masked', extensions: { incidentId: 'i-1' } }, incidentId: 'i-1' }, 'an operation failed');
  await exporter.close();
  expect(taken[0]?.attributes).toMatchObject({ incidentId: 'i-1' });
  expect(taken[0]?.attributes).not.toHaveProperty('exception.type');
});

test('while the receiver is away the oldest lines are lost, and the number is told when it is back', async () => {
  let away = true;
  const taken: Taken[] = [];
  const send = async (request: ExportLogs): Promise<void> => {
    if (away) throw new Error('away');
    taken.push(...recordsOf(request));
  };
  const exporter = createLogExporter({ resource, send, capacity: 3 });
  for (const msg of ['1', '2', '3', '4', '5']) exporter.offer(line(msg));
  expect(exporter.lost()).toBe(2);
  away = false;
  await exporter.close();
  expect(taken.map(({ message }) => message)).toEqual(['3', '4', '5', 'lines of the log were lost, because their receiver was away']);
  expect(taken[3]?.attributes).toEqual({ lost: 2 });
});

test('what was not acknowledged is sent again, in order', async () => {
  const taken: Taken[] = [];
  let attempts = 0;
  const arrived = new Promise<void>((resolve) => {
    const exporter = createLogExporter({
      resource,
      send: async (request) => {
        attempts += 1;
        if (attempts === 1) throw new Error('not now');
        taken.push(...recordsOf(request));
        resolve();
      },
    });
    exporter.offer(line('first'));
    exporter.offer(line('second'));
  });
  await arrived;
  expect([attempts, taken.map(({ message }) => message)]).toEqual([2, ['first', 'second']]);
});

test('what the receiver will never take is given up, so that it holds up nothing', async () => {
  let attempts = 0;
  const exporter = createLogExporter({
    resource,
    send: async () => {
      attempts += 1;
      throw new RefusedLogs('no');
    },
  });
  exporter.offer(line('bad'));
  exporter.offer('this is no line');
  await exporter.close();
  expect([attempts, exporter.lost()]).toEqual([1, 2]);
});

test('a line beyond all measure is not kept', () => {
  const exporter = createLogExporter({ resource, send: async () => undefined });
  exporter.offer(line('x'.repeat(100_000)));
  expect(exporter.lost()).toBe(1);
});

describe('a collector', () => {
  let server: Server;
  const requests: Array<{ path: string | undefined; headers: Record<string, unknown>; body: ExportLogs }> = [];
  beforeAll(
    () =>
      new Promise<void>((resolve) => {
        server = createServer((request, response) => {
          const chunks: Buffer[] = [];
          request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
            requests.push({ path: request.url, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) as ExportLogs });
            response.end('{}');
          });
        }).listen(0, '127.0.0.1', resolve);
      }),
  );
  afterAll(() => server.close());

  test('is sent the logs with its headers, and who wrote them', async () => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: { 'x-tenant': 'aid' }, LOG_STORE: false, CORE_URL: '', TLS_CA_FILE: '', TLS_CERT_FILE: '', TLS_KEY_FILE: '' };
    const exports = openLogExports(env, { service: 'gateway', instance: 'g-1', release: '1.2.3' });
    createLogger({ name: 'gateway', level: 'info', sinks: exports.sinks }).info('hello');
    const metrics = createMetrics();
    exports.measure(metrics);
    expect(await metrics.text()).toContain('rahat_log_lines_lost 0');
    await exports.close();
    const [request] = requests;
    expect(request).toMatchObject({ path: '/v1/logs', headers: { 'content-type': 'application/json', 'x-tenant': 'aid' } });
    expect(fromKeyValues(request?.body.resourceLogs[0]?.resource?.attributes ?? [])).toEqual({ 'service.name': 'gateway', 'service.namespace': 'rahat', 'service.instance.id': 'g-1', 'service.version': '1.2.3' });
    expect(recordsOf(request?.body ?? { resourceLogs: [] })).toMatchObject([{ message: 'hello', severity: 9 }]);
  });
});
