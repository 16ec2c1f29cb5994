import { Arg, Ctx, ID, Resolver, Subscription } from 'type-graphql';
import type { Beneficiary } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { Enrollment, ProjectVendor } from '../enrollments';
import type { Project } from '../projects';
import type { Vendor } from '../vendors';
import type { FeedEvent } from './feed-event';
import { BeneficiaryEvent, EnrollmentEvent, ProjectEvent, VendorEvent } from './feed.type';
import { tellsOf, type SubscriptionName } from './subscriptions';

/** How the things that events are about are found: null when there are none that the caller may see. */
export interface EntityLookup {
  project(context: CoreContext, id: string): Promise<Project | null>;
  beneficiary(context: CoreContext, id: string): Promise<Beneficiary | null>;
  vendor(context: CoreContext, id: string): Promise<Vendor | null>;
  enrollment(context: CoreContext, id: string): Promise<Enrollment | null>;
  projectVendor(context: CoreContext, pair: { projectId: string; vendorId: string }): Promise<ProjectVendor | null>;
}

/**
 * Answers subscriptions event by event (docs/architecture.md): the event is in the context. Who may see the thing may know of the event;
 * for all others, and when nobody asks about an event but whether subscribing is permitted, the answer is null.
 */
@Resolver()
export class FeedResolver {
  constructor(private readonly find: EntityLookup) {}

  @Subscription(() => ProjectEvent, { ...eventByEvent(), description: 'Tells what happens to projects that the caller may see, and in their services.' })
  async projectEvents(
    @Ctx() context: CoreContext,
    @Arg('projectId', () => ID, { nullable: true, description: 'Only this project.' }) projectId?: string | null,
    @Arg('names', () => [String], { nullable: true, description: 'Only events with these names, for example "project.paused".' }) names?: string[] | null,
  ): Promise<ProjectEvent | null> {
    const event = eventFor('projectEvents', context, { projectId, names });
    const project = event?.projectId ? await this.find.project(context, event.projectId) : null;
    return event && project && { ...told(event), project };
  }

  @Subscription(() => BeneficiaryEvent, { ...eventByEvent(), description: 'Tells what happens to the registrations of beneficiaries that the caller may see.' })
  async beneficiaryEvents(
    @Ctx() context: CoreContext,
    @Arg('beneficiaryId', () => ID, { nullable: true, description: 'Only this beneficiary.' }) beneficiaryId?: string | null,
  ): Promise<BeneficiaryEvent | null> {
    const event = eventFor('beneficiaryEvents', context, { beneficiaryId });
    const beneficiary = event && (await this.find.beneficiary(context, event.aggregateId));
    return event && beneficiary && { ...told(event), beneficiary };
  }

  @Subscription(() => VendorEvent, { ...eventByEvent(), description: 'Tells what happens to vendors that the caller may see.' })
  async vendorEvents(
    @Ctx() context: CoreContext,
    @Arg('vendorId', () => ID, { nullable: true, description: 'Only this vendor.' }) vendorId?: string | null,
  ): Promise<VendorEvent | null> {
    const event = eventFor('vendorEvents', context, { vendorId });
    const vendor = event && (await this.find.vendor(context, event.aggregateId));
    return event && vendor && { ...told(event), vendor };
  }

  @Subscription(() => EnrollmentEvent, { ...eventByEvent(), description: 'Tells how the standing of people and vendors changes in projects whose enrollments the caller may see.' })
  async enrollmentEvents(
    @Ctx() context: CoreContext,
    @Arg('projectId', () => ID, { nullable: true, description: 'Only in this project.' }) projectId?: string | null,
  ): Promise<EnrollmentEvent | null> {
    const event = eventFor('enrollmentEvents', context, { projectId });
    if (!event) return null;
    const standing = await this.standing(context, event);
    return standing.enrollment ?? standing.projectVendor ? { ...told(event), ...standing } : null;
  }

  private async standing(context: CoreContext, { aggregateType, aggregateId }: FeedEvent): Promise<Pick<EnrollmentEvent, 'enrollment' | 'projectVendor'>> {
    if (aggregateType === 'Enrollment') return { enrollment: await this.find.enrollment(context, aggregateId), projectVendor: null };
    const [projectId = '', vendorId = ''] = aggregateId.split(':');
    return { enrollment: null, projectVendor: await this.find.projectVendor(context, { projectId, vendorId }) };
  }
}

function eventByEvent(): { nullable: true; subscribe: () => never } {
  return {
    nullable: true,
    subscribe: () => {
      throw new Error('Subscriptions are answered event by event: the stream of events is the gateway’s.');
    },
  };
}

function eventFor(field: SubscriptionName, { event }: CoreContext, args: Parameters<typeof tellsOf>[1]): FeedEvent | null {
  return event && tellsOf(field, args, event) ? event : null;
}

function told({ id, name, version, occurredAt, position }: FeedEvent) {
  return { id, name, version, position, occurredAt: new Date(occurredAt) };
}
