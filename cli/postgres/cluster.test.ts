import { join } from 'node:path';
import pg from 'pg';
import { testEnvironment } from '../../tests/kit/environment';
import { clearTestFolder, startTestServer } from '../testing';

describe('an embedded PostgreSQL', () => {
  it('starts on an empty folder, speaks UTF-8 and UTC, and leaves nothing behind', async () => {
    const folder = join(testEnvironment().folder, 'systems', `cluster-${process.pid}`);
    const server = await startTestServer(join(__dirname, '..', '..'), folder);
    const client = new pg.Client({ connectionString: server.adminUrl });
    await client.connect();
    const { rows } = await client.query("SELECT current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone, 'नेपाल' AS text");
    await client.end();
    await server.stop();
    await clearTestFolder(folder);
    expect(rows).toEqual([{ encoding: 'UTF8', zone: 'UTC', text: 'नेपाल' }]);
  });
});
