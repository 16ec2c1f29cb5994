import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type DataLoader from 'dataloader';
import type { CoreContext } from '../context';
import { Deployment, DeploymentStep } from './deployments.type';

@Resolver(() => Deployment)
export class DeploymentsResolver {
  constructor(private readonly steps: (context: CoreContext) => DataLoader<string, DeploymentStep[]>) {}

  @FieldResolver(() => [DeploymentStep], { name: 'steps', description: 'The journal: every step that was run, oldest first.' })
  journal(@Root() deployment: Deployment, @Ctx() context: CoreContext): Promise<DeploymentStep[]> {
    return this.steps(context).load(deployment.projectId);
  }
}

