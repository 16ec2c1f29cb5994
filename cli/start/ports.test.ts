import { createServer, type AddressInfo } from 'node:net';
import { settlePorts } from './ports';

const none = { gateway: 0, core: 0, worker: 0, chain: 0, postgres: 0, anvil: 0 };

describe('the ports of a local system', () => {
  it('are chosen among the free ones where 0 is given, and differ', async () => {
    const { gateway, core, worker, chain } = await settlePorts(none, ['gateway', 'core', 'worker']);
    expect(new Set([gateway, core, worker]).size).toBe(3);
    expect([gateway, core, worker].every((port) => port > 1024)).toBe(true);
    expect(chain).toBe(0);
  });

  it('name the variable to change when one is in use', async () => {
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    await expect(settlePorts({ ...none, core: port }, ['gateway', 'core'])).rejects.toThrow(`${port} is in use; choose another with CORE_PORT=`);
    await new Promise((resolve) => busy.close(resolve));
  });

  it('are refused when two are the same', async () => {
    const { gateway } = await settlePorts(none, ['gateway']);
    await expect(settlePorts({ ...none, gateway, worker: gateway }, ['gateway', 'worker'])).rejects.toThrow('given twice; change WORKER_PORT');
  });
});
