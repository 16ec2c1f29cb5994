import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import type { Vendor } from '../vendors';
import { toDevice } from './device.mapper';
import type { DeviceService } from './device.service';
import { Device, DeviceConnection, DeviceEnrollment, DeviceFilter, EnrollDeviceInput } from './device.type';

type Loader<T> = (context: CoreContext) => DataLoader<string, T | null>;

@Resolver()
export class DeviceResolver {
  constructor(
    private readonly service: DeviceService,
    private readonly byId: Loader<Device>,
    private readonly vendor: Loader<Vendor>,
  ) {}

  @Query(() => Device, { nullable: true, description: 'The device with this id; null when there is none that the caller holds or may approve.' })
  device(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the device.' }) id: string): Promise<Device | null> {
    return this.byId(context).load(id);
  }

  @Query(() => DeviceConnection, { description: 'The devices that the caller may approve and revoke, oldest first.' })
  async devices(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => DeviceFilter, { nullable: true, description: 'Which devices to list.' }) filter?: DeviceFilter,
  ): Promise<Connection<Device>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, filter, page)).map(toDevice), page, (device) => device.id);
  }

  @Query(() => [Device], { description: 'The devices that the caller holds, or whose vendor the caller acts for.' })
  async myDevices(@Ctx() { principal }: CoreContext): Promise<Device[]> {
    return (await this.service.held(principal)).map(toDevice);
  }

  @Mutation(() => DeviceEnrollment, {
    description: 'Begins to enrol a device: it signs the message of the answer and completes with `completeDeviceEnrollment` within ten minutes. Errors: BAD_USER_INPUT, CONFLICT (the key belongs to a device, or did), FORBIDDEN.',
  })
  beginDeviceEnrollment(
    @Ctx() context: CoreContext,
    @Arg('input', () => EnrollDeviceInput, { description: 'The device.' }) input: EnrollDeviceInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<DeviceEnrollment> {
    return this.service.begin(context.principal, input, (id) => this.vendor(context).load(id), key);
  }

  @Mutation(() => Device, { description: 'Enrols a device that has signed the message, to be approved by somebody else. Errors: NOT_FOUND (unknown or expired), SIGNATURE_INVALID, CONFLICT (the key belongs to a device, or did).' })
  async completeDeviceEnrollment(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the enrolment.' }) id: string,
    @Arg('signature', () => String, { description: 'The Ed25519 signature over the message, 64 bytes in base64url.' }) signature: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Device> {
    return this.shown(context, await this.service.complete(context.principal, id, signature, key));
  }

  @Mutation(() => Device, { description: 'Approves a device; not one that the caller holds or enrolled, unless `onboardingPolicy` allows it. Errors: NOT_FOUND, FORBIDDEN, INVALID_TRANSITION.' })
  async approveDevice(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the device.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Device> {
    return this.shown(context, await this.service.approve(context.principal, id, key));
  }

  @Mutation(() => Device, { description: 'Revokes a device at once and for ever; who holds it may do so too. Errors: NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, INVALID_TRANSITION.' })
  async revokeDevice(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the device.' }) id: string,
    @Arg('reason', () => String, { description: 'Why, without personal data: 1 to 500 characters. It stands in the audit log.' }) reason: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Device> {
    return this.shown(context, await this.service.revoke(context.principal, id, reason, key));
  }

  private async shown(context: CoreContext, id: string): Promise<Device> {
    const device = await this.byId(context).clear(id).load(id);
    if (!device) throw new NotFoundError('The device');
    return device;
  }
}
