import { getNamedType, isInputObjectType, isSpecifiedScalarType, printType, typeFromAST, type GraphQLNamedType, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { VariableFacts } from '../compiled';

/** The variables of an operation, with just those types of the schema that coercing them takes. */
export function variableFacts(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode, suggests: boolean): VariableFacts {
  const reached = new Set<GraphQLNamedType>();
  for (const { type } of variableDefinitions) {
    const named = getNamedType(typeFromAST(schema, type as never));
    if (named) reach(named, reached);
  }
  const own = [...reached].filter((type) => !isSpecifiedScalarType(type));
  return { definitions: [...variableDefinitions], inputSdl: own.length > 0 ? own.map(printType).join('\n\n') : null, suggests };
}

function reach(type: GraphQLNamedType, reached: Set<GraphQLNamedType>): void {
  if (reached.has(type)) return;
  reached.add(type);
  if (!isInputObjectType(type)) return;
  for (const field of Object.values(type.getFields())) reach(getNamedType(field.type), reached);
}
