import { RoutesUnavailableError } from '../data-sources/data-source';
import { routeOf } from '../testing/tree-source';
import { createRoutes } from './route-directory';

describe('finding where a project is served', () => {
  it('looks into the table first, then asks core once for all who wait', async () => {
    const asked: string[] = [];
    const routes = createRoutes(async (id) => {
      asked.push(id);
      return id === 'new' ? routeOf('new') : null;
    });
    routes.replace({ version: 1, routes: [routeOf('p1')] });
    expect((await routes.find('p1'))?.projectId).toBe('p1');
    const found = await Promise.all([routes.find('new'), routes.find('new'), routes.find('__proto__')]);
    expect(found.map((route) => route?.projectId)).toEqual(['new', 'new', undefined]);
    expect(asked).toEqual(['new', '__proto__']);
    expect(routes.urls()).toEqual(['https://p1.test']);
  });

  it('does not take core being away for the project being away', async () => {
    const routes = createRoutes(() => Promise.reject(new Error('ECONNREFUSED')));
    await expect(routes.find('p1')).rejects.toThrow(RoutesUnavailableError);
    await expect(routes.find('p1')).rejects.toThrow(RoutesUnavailableError);
  });
});
