/** What `npm test` tells the tests. */
export interface TestEnvironment {
  /** A PostgreSQL as a role that may create databases. */
  adminUrl: string;
  /** Names of migrated databases to clone, by room or project type. */
  templates: Readonly<Record<string, string>>;
  /** Folder for files of this run; removed at its end. */
  folder: string;
}

export function testEnvironment(): TestEnvironment {
  const { TEST_DATABASE_ADMIN_URL: adminUrl, TEST_DATABASE_TEMPLATES: templates, RAHAT_TEST_FOLDER: folder } = process.env;
  if (!adminUrl || !templates || !folder) throw new Error('This test needs databases: run it with `npm test -- <path of the test>`.');
  return { adminUrl, templates: JSON.parse(templates) as Record<string, string>, folder };
}
