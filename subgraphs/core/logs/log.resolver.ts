import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { parseInput } from '#kernel/errors';
import { PageArgs, encodeCursor, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import type { CoreContext } from '../context';
import { levelOf } from '../log-level';
import { logFilterSchema } from './log.inputs';
import type { LogRepository, LogRow } from './log.repository';
import { keyOf } from './log.search';
import { LogFilter, LogLine, LogLineConnection } from './log.type';

function present({ severity, ...row }: LogRow): LogLine & { seq: bigint } {
  return { ...row, id: encodeCursor(keyOf(row)), level: levelOf(severity) };
}

@Resolver(() => LogLine)
export class LogResolver {
  constructor(private readonly repository: LogRepository) {}

  @Query(() => LogLineConnection, {
    description: 'What the processes of the system have written into their logs, newest first, as far as the caller may read it: lines of the system with `log:read-system`, lines about projects with `log:read`.',
  })
  async logs(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => LogFilter, { nullable: true, description: 'Which lines to list.' }) filter?: LogFilter,
  ): Promise<Connection<LogLine>> {
    const page = pageRequest(args);
    const rows = await this.repository.list(principal, parseInput(logFilterSchema, filter ?? {}, 'filter'), page);
    return toConnection(rows.map(present), page, keyOf);
  }
}
