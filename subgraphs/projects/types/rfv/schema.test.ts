import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { sdlOf } from '../../runtime';
import { rfvType } from './project-type';
import { rfvSettingsSchema } from './settings';

it('is the schema that was committed and reviewed', async () => {
  const committed = readFileSync(join(__dirname, 'schema.graphql'), 'utf8');
  expect(`${(await sdlOf(rfvType(''))).trimEnd()}\n`).toBe(committed);
});

describe('the settings schema', () => {
  const validate = new Ajv({ strict: false }).compile(rfvSettingsSchema);
  const good = { kind: 'FREE', voucherValueMinor: 5000, validDays: 30 };

  it.each([good, { ...good, kind: 'REFERRAL', maxVouchersPerBeneficiary: 3, validDays: 365 }])('takes %j', (settings) => {
    expect(validate(settings)).toBe(true);
  });

  it.each([{}, { ...good, kind: 'OTHER' }, { ...good, voucherValueMinor: 0 }, { ...good, voucherValueMinor: 0.5 }, { ...good, validDays: 366 }, { ...good, surprise: 1 }])('refuses %j', (settings) => {
    expect(validate(settings)).toBe(false);
  });
});
