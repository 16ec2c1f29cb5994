import { authenticated, recentlyVerified } from '#kernel/graphql';
import { allow } from 'graphql-shield';
import type { Attempts } from '../challenges';
import type { CoreDatabase } from '../database';
import type { Secrets } from '../secrets';
import type { SessionService } from '../sessions';
import type { Slice } from '../slice';
import { SecondFactorRepository } from './second-factor.repository';
import { SecondFactorResolver } from './second-factor.resolver';
import { SecondFactorService } from './second-factor.service';

export { SecondFactorRepository } from './second-factor.repository';
export { SecondFactorService } from './second-factor.service';
export { FreshAccess } from './second-factor.type';

export interface SecondFactorSlice extends Slice {
  service: SecondFactorService;
}

/** The second factor of accounts. */
export function createSecondFactor(deps: { database: CoreDatabase; secrets: Secrets; attempts: Attempts; sessions: SessionService }): SecondFactorSlice {
  const service = new SecondFactorService(deps.database, new SecondFactorRepository(deps.database), deps);
  return {
    service,
    resolvers: new Map([[SecondFactorResolver, new SecondFactorResolver(service)]]),
    references: {},
    rules: {
      Query: { secondFactor: authenticated },
      Mutation: { enrollSecondFactor: recentlyVerified, confirmSecondFactor: recentlyVerified, disableSecondFactor: recentlyVerified, renewRecoveryCodes: recentlyVerified },
      SecondFactorStatus: authenticated,
      SecondFactorOffer: authenticated,
      SecondFactorEnrolled: authenticated,
      FreshAccess: allow,
    },
  };
}
