import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { AppError, BadInputError, toGraphQLError, parseInput } from '.';

test('an expected failure keeps its code, message and details', () => {
  const shown = toGraphQLError(new GraphQLError('x', { originalError: new BadInputError('input.name', 'must not be empty'), path: ['a'] }), jest.fn());
  expect(shown.toJSON()).toMatchObject({ message: 'input.name: must not be empty', path: ['a'], extensions: { code: 'BAD_USER_INPUT', field: 'input.name' } });
});

test('an unexpected error is masked for the client and reported whole under the same incident id', () => {
  const report = jest.fn();
  const cause = new Error('password=hunter2 at 10.0.0.1');
  const shown = toGraphQLError(new GraphQLError('x', { originalError: cause }), report).toJSON();
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(report).toHaveBeenCalledWith(cause, shown.extensions?.incidentId);
});

test('bad input names the first bad field and tells of all', () => {
  const schema = z.object({ name: z.string().min(1, 'must not be empty'), budget: z.number().min(0, 'must not be negative') });
  const error = (() => {
    try {
      return parseInput(schema, { name: '', budget: -1 });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ details: { field: 'input.name' }, message: expect.stringContaining('input.budget: must not be negative') });
});
